/** The JSON of messages that do not change; empty until it is first written. */
const texts = new WeakMap<object, string>();

/**
 * Caches the JSON of a message that never changes and is returned more than once, such as that of a document in memory:
 * it is written once, and kept as long as the message.
 */
export function cacheJson<Init extends object>(message: Init): Init {
  if (!texts.has(message)) texts.set(message, '');
  return message;
}

/** The JSON of a message, from the cache if the message is cached. */
export function textOf<Message extends object>(message: Message, write: (message: Message) => string): string {
  const known = texts.get(message);
  if (known === undefined) return write(message);
  if (known !== '') return known;
  const text = write(message);
  text.charCodeAt(0); // flattens the string: concatenation leaves a tree of its pieces until it is first read
  texts.set(message, text);
  return text;
}
