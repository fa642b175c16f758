import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver of deliveries that keeps when each subject first arrived, and nothing else. */
export interface CountingReceiver {
  readonly url: string;
  /** When the first delivery about each subject was accepted, by `performance.now()`. */
  readonly accepted: ReadonlyMap<string, number>;
  /** The number of deliveries that were accepted. */
  readonly count: number;
  close(): Promise<void>;
}

/** Starts a receiver. @param isRefused whether it answers 500 to deliveries about a subject */
export async function startReceiver(isRefused: (subject: string) => boolean = () => false): Promise<CountingReceiver> {
  const accepted = new Map<string, number>();
  let count = 0;
  const server = createServer(async (request, response) => {
    const { subject } = JSON.parse(await text(request));
    if (isRefused(subject)) {
      response.writeHead(500).end();
      return;
    }
    count += 1;
    if (!accepted.has(subject)) accepted.set(subject, performance.now());
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    accepted,
    get count() {
      return count;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
