/** The streams of one kind: their names are the prefix, followed by an id. */
export interface StreamKind {
  /** The beginning of every name, such as `order-`. */
  readonly prefix: string;
  /** The regular expression, as its source, that the rest of a name matches as a whole. */
  readonly id: string;
}

/** The streams of the application among those of other programs, which may use the same event store. */
export interface OwnStreams {
  /** The beginnings of the names, one for each kind: what a store can filter by. */
  readonly prefixes: readonly string[];
  /** Whether a stream has a name of the application. A stream of another program may begin with the same word. */
  has(stream: string): boolean;
  /** The prefix of the stream's kind; the stream itself when it is of no kind. */
  kindOf(stream: string): string;
}

/** Makes the test for stream names from all kinds that the application writes. */
export function ownStreams(kinds: readonly StreamKind[]): OwnStreams {
  const prefixes = kinds.map(({ prefix }) => prefix);
  const names = kinds.map(({ prefix, id }) => `${prefix}(?:${id})`);
  const pattern = new RegExp(`^(?:${names.join('|')})$`, 's');
  return {
    prefixes,
    has: (stream) => pattern.test(stream),
    kindOf: (stream) => prefixes.find((prefix) => stream.startsWith(prefix)) ?? stream,
  };
}
