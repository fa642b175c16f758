/** The texts of messages that do not change; empty until first written. */
const texts = new WeakMap<object, string>();

/**
 * Marks a message as one that never changes and is answered more than once, such as that of a document which is kept in
 * memory: its text is written once and kept for as long as the message is.
 */
export function unchanging<Init extends object>(message: Init): Init {
  if (!texts.has(message)) texts.set(message, '');
  return message;
}

/** The text of a message, which is kept when the message does not change. */
export function textOf<Message extends object>(message: Message, write: (message: Message) => string): string {
  const known = texts.get(message);
  if (known === undefined) return write(message);
  if (known !== '') return known;
  const text = write(message);
  text.charCodeAt(0); // a text that was put together is a tree of its pieces until it is read as a whole
  texts.set(message, text);
  return text;
}
