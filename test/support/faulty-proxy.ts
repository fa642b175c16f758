import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { gatewayUrl } from './gateway-url.js';

/** How a call ends with an error: gRPC's code and text, and further trailers. */
export interface GrpcEnd {
  readonly code: number;
  readonly text: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** How a real server ends a live subscription whose client does not take its events. */
export const TOO_SLOW: GrpcEnd = {
  code: 10,
  text: 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
};

/** How a follower answers an append when its leader changes before it has answered. */
export const FORWARDING_TIMEOUT: GrpcEnd = { code: 10, text: 'Operation timed out: Forwarding timeout' };

/** How a node answers that is starting, or whose cluster has no leader. */
export const NOT_READY: GrpcEnd = { code: 14, text: 'Server Is Not Ready' };

/** How a node answers that is not the leader, and knows which one is. */
export function notLeader(port: number): GrpcEnd {
  const trailers = { exception: 'not-leader', 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': `${port}` };
  return { code: 5, text: 'Leader info available', trailers };
}

/** A failure that a server tells inside a BatchAppend, which goes on: a google.rpc.Status. */
export interface InStream {
  readonly code: number;
  readonly message: string;
  /** The type of its details, which are empty. */
  readonly type: string;
}

/** How a node answers in a BatchAppend when a write took too long inside the cluster. */
export const BATCH_TIMEOUT: InStream = { code: 4, message: 'Timeout', type: 'event_store.client.Timeout' };

/** How a node answers in a BatchAppend that is not ready: without a code. */
export const BATCH_NOT_READY: InStream = { code: 0, message: 'Server Is Not Ready', type: 'google.protobuf.Empty' };

/**
 * What happens to an append: its call ends, it alone is answered a failure (in BatchAppend, after it was made), the
 * whole connection is cut, or nothing comes any more.
 */
export type AppendFault = GrpcEnd | InStream | 'cut' | 'silence';

/** Whether the append reaches the server first: `after` it has been passed on and made, its answer is withheld. */
export type When = 'before' | 'after';

const STREAMS = '/event_store.client.streams.Streams/';
const FRAME_HEADER_BYTES = 5;

/**
 * A proxy for gRPC that stands before a gateway and fails as a real EventStoreDB does, when it is told to. Otherwise it
 * passes every byte on. It imitates what was seen on EventStoreDB 23.10.6:
 *
 * - a live subscription of a slow reader ends with ABORTED, and nothing else on the connection is concerned;
 * - an append ends with ABORTED ("Forwarding timeout") although it was, or will be, written;
 * - a node answers "Server Is Not Ready" with UNAVAILABLE, or not-leader with the leader's address;
 * - a node is killed before or after it has written, so that the connection breaks;
 * - a node hangs, as one that is stopped by a signal: it takes connections and bytes and answers nothing.
 */
export class FaultyProxy {
  readonly #faults: { readonly when: When; readonly fault: AppendFault }[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #subscriptions = new Set<Passage>();
  readonly #held: (() => void)[] = [];
  #upstream: ClientHttp2Session | undefined;
  #hangs = false;
  /** Connections that were taken. */
  connectionsTaken = 0;
  /** Subscriptions that were opened. */
  subscriptionsOpened = 0;
  /** Faults that were put to appends. */
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

  /** False: BatchAppend is answered as by a server that does not know it. */
  hasBatchAppend = true;

  /** Starts one before a server on this machine. @param target the server's port */
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

  /** Bytes that its clients have been sent over the connections that are open. */
  get bytesSent(): number {
    return [...this.#sessions].reduce((sum, { socket }) => sum + socket.bytesWritten, 0);
  }

  /** How many subscriptions are open. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** Ends the subscriptions that are open, all or so many. Answers how many. */
  endSubscriptions(end: GrpcEnd = TOO_SLOW, most = Number.POSITIVE_INFINITY): number {
    const ended = [...this.#subscriptions].slice(0, most);
    for (const passage of ended) passage.end(end);
    return ended.length;
  }

  /** Puts a fault to the next append that has none yet. */
  failAppend(when: When, fault: AppendFault): void {
    this.#faults.push({ when, fault });
  }

  /** Takes everything and answers nothing, until {@link awake}. */
  hang(): void {
    this.#hangs = true;
  }

  /** Goes on where it stopped. */
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
      this.#upstream.on('error', () => undefined); // Each of its streams says so.
    }
    return this.#upstream;
  }

  #pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (stream.destroyed) return;
    const passage = new Passage(stream, this.#connected().request(forwarded(headers)), (go) => this.#whenAwake(go));
    const method = String(headers[':path']).slice(STREAMS.length);
    if (method === 'Read') passage.onRequest = (bytes) => this.#noteSubscription(passage, bytes);
    if (method === 'BatchAppend' && !this.hasBatchAppend) passage.end({ code: 12, text: 'Service is unimplemented.' });
    if (method !== 'Append' && method !== 'BatchAppend') return;
    let withheld: AppendFault | undefined;
    passage.onRequest = () => {
      const next = this.#faults[0];
      if (next === undefined || withheld !== undefined) return true;
      this.#faults.shift();
      this.faultsMade += 1;
      if (next.when === 'after') withheld = next.fault;
      else if (typeof next.fault === 'string' || !('type' in next.fault)) this.#make(next.fault, passage);
      return next.when === 'after';
    };
    passage.onAnswer = (bytes) => {
      const fault = withheld;
      if (fault === undefined) return bytes;
      withheld = undefined;
      if (typeof fault === 'object' && 'type' in fault) return bytes && withFailure(bytes, fault);
      this.#make(fault, passage);
      return undefined;
    };
  }

  #noteSubscription(passage: Passage, bytes: Buffer): boolean {
    passage.onRequest = undefined;
    const request = streams.ReadReq.deserializeBinary(bytes.subarray(FRAME_HEADER_BYTES));
    if (request.getOptions()?.hasSubscription() !== true) return true;
    this.subscriptionsOpened += 1;
    this.#subscriptions.add(passage);
    passage.onOver = () => this.#subscriptions.delete(passage);
    return true;
  }

  #make(fault: Exclude<AppendFault, InStream>, passage: Passage): void {
    if (fault === 'cut') this.cut();
    else if (fault === 'silence') passage.silence();
    else passage.end(fault);
  }
}

/** One call on its way through: both of its streams, joined. */
class Passage {
  /** Sees what the client sends; false: it is not passed on. */
  onRequest: ((bytes: Buffer) => boolean) | undefined;
  /** Sees what the server answers, and answers what is passed on; no bytes: it ends the call without a message. */
  onAnswer: ((bytes: Buffer | undefined) => Buffer | undefined) | undefined;
  onOver: () => void = () => undefined;
  #trailers: IncomingHttpHeaders = {};
  #isOver = false;

  constructor(
    private readonly client: ServerHttp2Stream,
    private readonly server: ClientHttp2Stream,
    whenAwake: (go: () => void) => void,
  ) {
    const step = (go: () => void) => () => whenAwake(() => this.#isOver || go());
    client.on('data', (bytes: Buffer) => step(() => this.#request(bytes))());
    client.on(
      'end',
      step(() => server.end()),
    );
    server.on('response', (headers, flags) =>
      step(() => this.#respond(headers, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0))(),
    );
    server.on('data', (bytes: Buffer) => step(() => this.#answer(bytes))());
    server.on('trailers', (trailers) => {
      if (!this.#isOver) this.#trailers = trailers;
    });
    server.on(
      'end',
      step(() => client.end()),
    );
    client.on('drain', () => server.resume());
    client.on('wantTrailers', () => client.sendTrailers(plain(this.#trailers)));
    for (const stream of [client, server]) stream.on('error', () => this.#over());
    client.on('close', () => this.#over());
    // A call that ended well is over when its last bytes have reached the client.
    server.on('close', () => {
      if (server.rstCode !== constants.NGHTTP2_NO_ERROR || !server.readableEnded) step(() => this.#over())();
    });
  }

  /** Ends the call on both sides; the client is told so. */
  end({ code, text, trailers = {} }: GrpcEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const status = { 'grpc-status': `${code}`, 'grpc-message': encodeURIComponent(text), ...trailers };
    if (!this.client.headersSent) {
      this.client.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
    } else {
      this.#trailers = status;
      this.client.end();
    }
    this.server.close(constants.NGHTTP2_CANCEL);
    this.onOver();
  }

  /** Passes nothing on any more, and says nothing. */
  silence(): void {
    this.#isOver = true;
    this.server.resume();
    this.onOver();
  }

  #request(bytes: Buffer): void {
    if (this.onRequest?.(bytes) === false || this.#isOver) return;
    this.server.write(bytes);
  }

  #respond(headers: IncomingHttpHeaders, isLast: boolean): void {
    if (isLast) this.onAnswer?.(undefined);
    if (this.#isOver) return;
    this.client.respond(plain(headers), isLast ? { endStream: true } : { waitForTrailers: true });
  }

  #answer(bytes: Buffer): void {
    const passed = this.onAnswer === undefined ? bytes : this.onAnswer(bytes);
    if (passed === undefined || this.#isOver) return;
    if (!this.client.write(passed)) this.server.pause();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.client.close(constants.NGHTTP2_CANCEL);
    this.server.close(constants.NGHTTP2_CANCEL);
    this.onOver();
  }
}

/** A request's headers without those that belong to one connection. */
function forwarded(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const { ':authority': _, ...others } = headers;
  return plain(others);
}

function plain(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date'));
}

/** Answers of BatchAppend whose first says a failure instead. */
function withFailure(bytes: Buffer, { code, message, type }: InStream): Buffer {
  const end = FRAME_HEADER_BYTES + bytes.readUInt32BE(1);
  const answer = new ProtobufReader(bytes.subarray(FRAME_HEADER_BYTES, end));
  let correlation = Buffer.alloc(0);
  while (answer.next()) if (answer.field === 1) correlation = answer.bytes() as typeof correlation;
  const writer = new ProtobufWriter();
  writer.text(1, `type.googleapis.com/${type}`);
  writer.nest(3, 0);
  writer.text(2, message);
  if (code > 0) writer.varint(1, code);
  writer.nest(2, 0);
  writer.bytes(1, correlation);
  const body = writer.finish();
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(body.length, 1);
  return Buffer.concat([header, body, bytes.subarray(end)]);
}
