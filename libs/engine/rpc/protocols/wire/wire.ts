import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Outcome } from '#libs/engine/errors/code.js';
import type { Protocol } from '../../core/protocol.js';
import type { HttpError } from '../../errors/http-error.js';

/** An encoded answer of any protocol. */
export interface WireAnswer {
  readonly status: number;
  /** The code of the error, or OK. */
  readonly code: Outcome;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** Trailers; only gRPC has them. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** The framing of messages and errors in one protocol. */
export interface Wire {
  readonly protocol: Protocol;
  /** The encoding of the messages. */
  readonly codec: 'proto' | 'json';
  /** Maximum size of a request's body, in bytes. */
  readonly maxBodyBytes: number;
  /** Extracts the message from a request's body. @throws ContractError the body is not framed correctly */
  unwrap(body: Buffer, headers: IncomingHttpHeaders): Buffer;
  answer(message: Uint8Array): WireAnswer;
  errorAnswer(httpError: HttpError): WireAnswer;
}
