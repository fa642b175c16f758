import { type ServerSentMessage, serverSentMessages } from '#libs/engine/kernel/server-sent-events.js';

/** A message of a stream of server-sent events, with its data as JSON; a field that it does not have is left out. */
export interface ServerSentEvent extends Omit<ServerSentMessage, 'data'> {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every form
  readonly data?: any;
}

/** The messages of an answer, without comments. Ending the iteration ends the answer. */
export async function* messagesOf({ body }: Response): AsyncGenerator<ServerSentEvent> {
  if (body === null) return;
  for await (const { data, ...message } of serverSentMessages(body)) {
    yield data === undefined ? message : { ...message, data: JSON.parse(data) };
  }
}
