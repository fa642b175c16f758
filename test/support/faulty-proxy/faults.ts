import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';

/** Bytes before each message of gRPC: a flag and its length. */
export const FRAME_HEADER_BYTES = 5;

/** The error that a call ends with: gRPC's code and text, and further trailers. */
export interface GrpcEnd {
  readonly code: number;
  readonly text: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** The error by which a real server ends a live subscription whose client reads too slowly. */
export const TOO_SLOW: GrpcEnd = {
  code: 10,
  text: 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
};

/** A follower's answer to an append when the leader changes before the append is confirmed. */
export const FORWARDING_TIMEOUT: GrpcEnd = { code: 10, text: 'Operation timed out: Forwarding timeout' };

/** The answer of a node that is starting, or whose cluster has no leader. */
export const NOT_READY: GrpcEnd = { code: 14, text: 'Server Is Not Ready' };

/** The answer of a node that is not the leader. @param port of the leader */
export function notLeader(port: number): GrpcEnd {
  const trailers = { exception: 'not-leader', 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': `${port}` };
  return { code: 5, text: 'Leader info available', trailers };
}

/** A failure inside a BatchAppend call, which continues: a google.rpc.Status. */
export interface InStream {
  readonly code: number;
  readonly message: string;
  /** The type of its details, which are empty. */
  readonly type: string;
}

/** A node's answer in a BatchAppend when a write took too long inside the cluster. */
export const BATCH_TIMEOUT: InStream = { code: 4, message: 'Timeout', type: 'event_store.client.Timeout' };

/** The answer in a BatchAppend of a node that is not ready: without a code. */
export const BATCH_NOT_READY: InStream = { code: 0, message: 'Server Is Not Ready', type: 'google.protobuf.Empty' };

/**
 * A fault of an append: its call ends, only this append is answered with a failure (in BatchAppend, after it was made),
 * the whole connection is cut, or no answer comes.
 */
export type AppendFault = GrpcEnd | InStream | 'cut' | 'silence';

/** `before`: the append does not reach the server. `after`: it is forwarded and made, and its answer is withheld. */
export type When = 'before' | 'after';

/** Replaces the first of the answers of a BatchAppend by a failure. */
export function withFailure(bytes: Buffer, { code, message, type }: InStream): Buffer {
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
