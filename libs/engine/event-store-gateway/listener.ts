import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { HttpVersions } from '#libs/engine/runtime/http-versions.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';

/** A connection that has not said anything after this is closed, and so is one of HTTP/1.1 that is still open. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Where the gateway listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Takes the connections of the gateway's port: hands out those of HTTP/2, and serves those of HTTP/1.1. */
export class GatewayListener {
  readonly #createServer: () => Server;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #versions = new HttpVersions(REQUEST_TIMEOUT_MS);

  /**
   * @param tls undefined: without TLS
   * @param takeHttp2 serves a connection of HTTP/2
   * @param answerHttp1 serves a request over HTTP/1.1
   */
  constructor(
    tls: TlsCredentials | undefined,
    private readonly takeHttp2: (socket: Socket) => void,
    answerHttp1: RequestListener,
  ) {
    const http1 = createHttpServer(answerHttp1);
    const take = (socket: Socket) =>
      this.#versions.decide(socket, (isHttp2) => {
        if (isHttp2) this.takeHttp2(socket);
        else http1.emit('connection', limited(socket));
      });
    // Clients of gRPC offer nothing but h2. One that offers both, such as curl, is here for a probe.
    const ALPNProtocols = ['http/1.1', 'h2'];
    this.#createServer = () =>
      tls === undefined ? createNetServer(take) : createTlsServer({ ...tls, ALPNProtocols }, take);
  }

  /**
   * Listens on every address that the host's name stands for, as `localhost` does for two, and at least on the first.
   * Answers the port, which is the same for all.
   *
   * @throws Error it cannot listen there, and the message names the variable to change
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
    server.on('error', () => {}); // a connection could not be accepted: its client tries again
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** Takes no more connections. Those of HTTP/2 go on. */
  stopListening(): void {
    for (const server of this.#servers) server.close();
    this.#versions.close();
  }

  /** Cuts off the connections that are still open. */
  cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A connection that ends after a time, whatever is said on it. */
function limited(socket: Socket): Socket {
  const timer = setTimeout(() => socket.destroy(), REQUEST_TIMEOUT_MS);
  return socket.once('close', () => clearTimeout(timer));
}

/** Why a gateway cannot listen, with the variable to change. */
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
