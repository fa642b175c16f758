import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from './until.js';

/** A delivery that has arrived. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the event. */
  readonly subject: string;
  readonly type: string;
  readonly sequence: number;
}

/** A real HTTP server that takes deliveries. */
export class WebhookReceiver {
  /** What has been accepted, in order. */
  readonly accepted: Received[] = [];
  /** Everything that has arrived, in order. */
  readonly arrived: Received[] = [];
  /** Decides the answer: a status, or undefined: it has answered by itself. */
  answer: (delivery: Received, response: ServerResponse) => number | undefined = () => 200;

  url = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', async (request, response) => {
      const body = await text(request);
      const { id, subject, type, sequence } = JSON.parse(body);
      const delivery = { id, headers: request.headers, body, subject, type, sequence: Number(sequence) };
      receiver.arrived.push(delivery);
      const status = receiver.answer(delivery, response);
      if (status === undefined) return;
      if (status < 300) receiver.accepted.push(delivery);
      response.writeHead(status).end('seen');
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  /** The sequences of the accepted events of a subject, in the order of their arrival. */
  sequencesOf(subject: string): readonly number[] {
    return this.accepted.filter((one) => one.subject === subject).map(({ sequence }) => sequence);
  }

  /** Waits until so many different events have been accepted. */
  async accepts(count: number): Promise<void> {
    await until(() => new Set(this.accepted.map(({ id }) => id)).size >= count);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
