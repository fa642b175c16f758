import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Outcome } from '#libs/engine/errors/code.js';
import type { Protocol } from '../../core/protocol.js';
import type { HttpError } from '../../errors/http-error.js';

/** What is sent for an answer, whatever its protocol. */
export interface WireAnswer {
  readonly status: number;
  /** The code of the error, or OK. */
  readonly code: Outcome;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** What HTTP sends after the body; only gRPC's own form has them. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** How a protocol wraps messages and errors. */
export interface Wire {
  readonly protocol: Protocol;
  /** How the messages themselves are written. */
  readonly codec: 'proto' | 'json';
  /** The most that a request's body may hold, in bytes. */
  readonly maxBodyBytes: number;
  /** Takes the message out of a request's body. @throws ContractError the body is not framed correctly */
  unwrap(body: Buffer, headers: IncomingHttpHeaders): Buffer;
  answer(message: Uint8Array): WireAnswer;
  errorAnswer(httpError: HttpError): WireAnswer;
}
