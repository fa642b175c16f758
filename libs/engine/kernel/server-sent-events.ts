/** A message of a stream of server-sent events; a field that it does not have is left out. */
export interface ServerSentMessage {
  readonly id?: string;
  readonly event?: string;
  readonly retry?: string;
  readonly data?: string;
}

/**
 * The messages of a stream as Appledger sends it: lines end with LF, and the data of a message are one line. Comments are
 * left out, and what is incomplete at the end. Ending the iteration ends that of the chunks.
 */
export async function* serverSentMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentMessage> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    const messages = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const fields = message.split('\n').filter((line) => !line.startsWith(':'));
      if (fields.length > 0) yield Object.fromEntries(fields.map(fieldOf));
    }
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
