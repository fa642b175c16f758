import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { HttpVersions } from '#libs/engine/runtime/http-versions.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';

/** A connection that sends nothing for this long is closed, as is an HTTP/1.1 connection of this age. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The address to listen on. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Accepts the connections of the gateway's port, serves HTTP/1.1 and passes HTTP/2 on. */
export class GatewayListener {
  readonly #createServer: () => Server;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #versions = new HttpVersions(REQUEST_TIMEOUT_MS);

  /**
   * @param tls undefined: no TLS
   * @param acceptHttp2 serves an HTTP/2 connection
   * @param answerHttp1 serves an HTTP/1.1 request
   */
  constructor(
    tls: TlsCredentials | undefined,
    private readonly acceptHttp2: (socket: Socket) => void,
    answerHttp1: RequestListener,
  ) {
    const http1 = createHttpServer(answerHttp1);
    const take = (socket: Socket) =>
      this.#versions.decide(socket, (isHttp2) => {
        if (isHttp2) this.acceptHttp2(socket);
        else http1.emit('connection', withMaximumAge(socket));
      });
    // gRPC clients offer h2 only. A client that offers both, such as curl, is a probe and gets HTTP/1.1.
    const ALPNProtocols = ['http/1.1', 'h2'];
    this.#createServer = () =>
      tls === undefined ? createNetServer(take) : createTlsServer({ ...tls, ALPNProtocols }, take);
  }

  /**
   * Listens on every address of the host name (`localhost` has two); only failing on the first one is an error. Returns
   * the port, which is the same for all.
   *
   * @throws Error the address cannot be listened on; the message names the variable to change
   */
  async listen({ host, port }: ListenAddress): Promise<number> {
    try {
      const [first, ...others] = await lookup(host, { all: true });
      const bound = await this.#listenOn({ host: first?.address ?? host, port });
      for (const { address } of others) await this.#listenOn({ host: address, port: bound }).catch(() => {});
      return bound;
    } catch (error) {
      throw listenError({ host, port }, error as NodeJS.ErrnoException);
    }
  }

  async #listenOn(address: ListenAddress): Promise<number> {
    const server = this.#createServer().listen(address);
    await once(server, 'listening');
    server.on('error', () => {}); // a connection could not be accepted: the client retries
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** Accepts no more connections. Open HTTP/2 connections stay open. */
  stopListening(): void {
    for (const server of this.#servers) server.close();
    this.#versions.close();
  }

  /** Closes all open connections. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Closes a connection after a timeout, whether or not it is in use. */
function withMaximumAge(socket: Socket): Socket {
  const timer = setTimeout(() => socket.destroy(), REQUEST_TIMEOUT_MS);
  return socket.once('close', () => clearTimeout(timer));
}

/** The error for an address that cannot be listened on; it names the variable to change. */
export function listenError({ host, port }: ListenAddress, cause: NodeJS.ErrnoException): Error {
  if (cause.code === 'EADDRINUSE') {
    return new Error(
      `APPLEDGER_GATEWAY_PORT ${port} is in use on ${host}: stop what listens there, choose another port, or set it to off`,
      { cause },
    );
  }
  return new Error(
    `APPLEDGER_GATEWAY_HOST ${host} with APPLEDGER_GATEWAY_PORT ${port} cannot be listened on (${cause.message})`,
    { cause },
  );
}
