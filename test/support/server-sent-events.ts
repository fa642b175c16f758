/** A message of a stream of server-sent events, with its data as JSON; a field that it does not have is left out. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly retry?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every form
  readonly data?: any;
}

/** The messages of an answer, without comments. Ending the iteration ends the answer. */
export async function* messagesOf(answer: Response): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const fields = lines.filter((line) => !line.startsWith(':')).map(fieldOf);
      if (fields.length > 0) yield Object.fromEntries(fields);
    }
  }
}

function fieldOf(line: string): readonly [string, unknown] {
  const colon = line.indexOf(': ');
  const [name, value] = [line.slice(0, colon), line.slice(colon + 2)];
  return [name, name === 'data' ? JSON.parse(value) : value];
}
