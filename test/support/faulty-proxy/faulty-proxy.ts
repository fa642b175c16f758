import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { gatewayUrl } from '../gateway-url.js';
import {
  type AppendFault,
  FRAME_HEADER_BYTES,
  type GrpcEnd,
  type InStream,
  TOO_SLOW,
  type When,
  withFailure,
} from './faults.js';
import { forwarded, ProxiedCall } from './proxied-call.js';

const STREAMS = '/event_store.client.streams.Streams/';

/**
 * A gRPC proxy in front of a gateway that fails on demand as a real EventStoreDB does. Otherwise it forwards every byte.
 * It imitates what was observed on EventStoreDB 23.10.6:
 *
 * - a live subscription of a slow reader ends with ABORTED, and nothing else on the connection is affected;
 * - an append ends with ABORTED ("Forwarding timeout") although it was, or will be, written;
 * - a node answers "Server Is Not Ready" with UNAVAILABLE, or not-leader with the leader's address;
 * - a node is killed before or after it has written, so that the connection breaks;
 * - a node hangs, as if stopped by SIGSTOP: it accepts connections and bytes and answers nothing.
 */
export class FaultyProxy {
  readonly #faults: { readonly when: When; readonly fault: AppendFault }[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #subscriptions = new Set<ProxiedCall>();
  readonly #held: (() => void)[] = [];
  #upstream: ClientHttp2Session | undefined;
  #hangs = false;
  /** The number of accepted connections. */
  connectionsTaken = 0;
  /** The number of opened subscriptions. */
  subscriptionsOpened = 0;
  /** The number of faults that appends had. */
  faultsMade = 0;

  private constructor(
    private readonly server: Http2Server,
    private target: number,
  ) {
    server.on('session', (session) => {
      this.#sessions.add(session);
      this.connectionsTaken += 1;
      session.on('close', () => this.#sessions.delete(session));
      session.on('error', () => undefined);
    });
    server.on('stream', (stream, headers) => this.#whenAwake(() => this.#pass(stream, headers)));
  }

  /** False: BatchAppend is answered as by a server that does not implement it. */
  hasBatchAppend = true;

  /** Starts a proxy in front of a server on this machine. @param target the server's port */
  static async start(target: number): Promise<FaultyProxy> {
    const server = createServer({ settings: { initialWindowSize: 1_048_576, maxConcurrentStreams: 10_000 } });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connectionString(): string {
    return gatewayUrl(this.port);
  }

  /** The number of bytes sent to clients over the open connections. */
  get bytesSent(): number {
    return [...this.#sessions].reduce((sum, { socket }) => sum + socket.bytesWritten, 0);
  }

  /** The number of open subscriptions. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** Ends open subscriptions, at most `most`. Returns how many it has ended. */
  endSubscriptions(end: GrpcEnd = TOO_SLOW, most = Number.POSITIVE_INFINITY): number {
    const ended = [...this.#subscriptions].slice(0, most);
    for (const call of ended) call.end(end);
    return ended.length;
  }

  /** Adds a fault for the next append that has none yet. */
  failAppend(when: When, fault: AppendFault): void {
    this.#faults.push({ when, fault });
  }

  /** Accepts everything and answers nothing, until {@link awake}. */
  hang(): void {
    this.#hangs = true;
  }

  /** Resumes after {@link hang}. */
  awake(): void {
    this.#hangs = false;
    for (const go of this.#held.splice(0)) go();
  }

  /** Cuts every connection. */
  cut(): void {
    for (const session of this.#sessions) session.destroy();
    this.#upstream?.destroy();
    this.#upstream = undefined;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  #whenAwake(go: () => void): void {
    if (this.#hangs) this.#held.push(go);
    else go();
  }

  #connected(): ClientHttp2Session {
    if (this.#upstream === undefined || this.#upstream.closed || this.#upstream.destroyed) {
      this.#upstream = connect(`http://127.0.0.1:${this.target}`);
      this.#upstream.on('error', () => undefined); // Each of its streams reports the error.
    }
    return this.#upstream;
  }

  #pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (stream.destroyed) return;
    const call = new ProxiedCall(stream, this.#connected().request(forwarded(headers)), (go) => this.#whenAwake(go));
    const method = String(headers[':path']).slice(STREAMS.length);
    if (method === 'Read') call.onRequest = (bytes) => this.#noteSubscription(call, bytes);
    if (method === 'BatchAppend' && !this.hasBatchAppend) call.end({ code: 12, text: 'Service is unimplemented.' });
    if (method !== 'Append' && method !== 'BatchAppend') return;
    let withheld: AppendFault | undefined;
    call.onRequest = () => {
      const next = this.#faults[0];
      if (next === undefined || withheld !== undefined) return true;
      this.#faults.shift();
      this.faultsMade += 1;
      if (next.when === 'after') withheld = next.fault;
      else if (typeof next.fault === 'string' || !('type' in next.fault)) this.#make(next.fault, call);
      return next.when === 'after';
    };
    call.onAnswer = (bytes) => {
      const fault = withheld;
      if (fault === undefined) return bytes;
      withheld = undefined;
      if (typeof fault === 'object' && 'type' in fault) return bytes && withFailure(bytes, fault);
      this.#make(fault, call);
      return undefined;
    };
  }

  #noteSubscription(call: ProxiedCall, bytes: Buffer): boolean {
    call.onRequest = undefined;
    const request = streams.ReadReq.deserializeBinary(bytes.subarray(FRAME_HEADER_BYTES));
    if (request.getOptions()?.hasSubscription() !== true) return true;
    this.subscriptionsOpened += 1;
    this.#subscriptions.add(call);
    call.onClose = () => this.#subscriptions.delete(call);
    return true;
  }

  #make(fault: Exclude<AppendFault, InStream>, call: ProxiedCall): void {
    if (fault === 'cut') this.cut();
    else if (fault === 'silence') call.silence();
    else call.end(fault);
  }
}
