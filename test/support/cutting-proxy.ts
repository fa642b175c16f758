import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a server that breaks a connection when a request contains a text, before it is forwarded. */
export class CuttingProxy {
  readonly #sockets = new Set<Socket>();
  #cutAt: string | undefined;
  /** The number of broken connections. */
  cuts = 0;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (client) => this.#forward(client));
  }

  /** @param port of the server on the loopback interface */
  static async start(port: number): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, port);
  }

  /** The proxy's port on the loopback interface. */
  get ownPort(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks the connection of the next request that contains the text. Later requests are forwarded. */
  cutNext(text: string): void {
    this.#cutAt = text;
  }

  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(client: Socket): void {
    const upstream = connect(this.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.on('data', (bytes) => {
      if (this.#cutAt !== undefined && bytes.includes(this.#cutAt)) {
        this.#cutAt = undefined;
        this.cuts += 1;
        client.resetAndDestroy();
        return;
      }
      upstream.write(bytes);
    });
  }
}
