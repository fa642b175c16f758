import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Answers that wait for their turn on a connection, by its socket. */
const waiting = new WeakMap<IncomingMessage['socket'], Set<ServerResponse>>();

/**
 * Closes the answers to pipelined requests when their connection closes.
 *
 * Node does so for the answer that a connection is sending, and forgets those behind it: they would never emit `close`,
 * so that the request would have no line in the access log, and its call would not be told that nobody waits for it.
 */
export function closingPipelined(handler: RequestListener): RequestListener {
  return (request, answer) => {
    if (answer.socket === null) closeWith(request.socket, answer);
    handler(request, answer);
  };
}

function closeWith(socket: IncomingMessage['socket'], answer: ServerResponse): void {
  const known = waiting.get(socket);
  const answers = known ?? new Set<ServerResponse>();
  answers.add(answer);
  answer.on('close', () => answers.delete(answer)); // not `once`, see AccessLog
  if (known !== undefined) return;
  waiting.set(socket, answers);
  socket.once('close', () => {
    // Node closes the answer that is being sent in its own listener of this event, which may come after this one.
    process.nextTick(() => {
      for (const left of answers) left.destroy().emit('close');
    });
  });
}
