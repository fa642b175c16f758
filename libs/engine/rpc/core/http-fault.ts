import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits/limits.js';

/** An error that belongs to HTTP, with a status that its code alone would not have. */
export interface HttpFault {
  readonly status: number;
  readonly error: ContractError;
}

/** Thrown where a request is refused for what it is as HTTP. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(readonly fault: HttpFault) {
    super(fault.error.message);
  }
}

/** More than a request may hold. */
export const bodyTooLarge = fault(
  413,
  Code.RESOURCE_EXHAUSTED,
  `the body is larger than the ${MAX_BODY_BYTES} bytes that a request may have`,
);

/** More than a request's head may hold. */
export const headTooLarge = fault(
  431,
  Code.RESOURCE_EXHAUSTED,
  `the request line and headers are larger than the ${MAX_HEADER_BYTES} bytes that they may have`,
);

/** A request that has not arrived in time. */
export const requestTimeout = fault(
  408,
  Code.DEADLINE_EXCEEDED,
  `the request did not arrive within ${REQUEST_TIMEOUT_MS / 1000} seconds`,
);

/** A request of HTTP/1.1 that does not say which host it is for, or not in one way. */
export const hostUnclear = fault(400, Code.INVALID_ARGUMENT, 'the request must have one header host that names a host');

/** A request of HTTP/2 without a path. */
export const pathMissing = fault(400, Code.INVALID_ARGUMENT, 'the request must have a path');

/** A request with an expectation that the server does not know. */
export const expectationFailed = fault(
  417,
  Code.INVALID_ARGUMENT,
  'the only expectation that is met is 100-continue: leave the header expect out',
);

const unreadableJson = fault(400, Code.INVALID_ARGUMENT, 'the body must be JSON');

const faults: Readonly<Record<string, HttpFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: fault(
    400,
    Code.INVALID_ARGUMENT,
    'the body is not as long as its content-length says',
  ),
  FST_ERR_BAD_URL: fault(400, Code.INVALID_ARGUMENT, 'the path holds a percent sign that starts no character'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: fault(415, Code.INVALID_ARGUMENT, 'the header content-type names no media type'),
  FST_ERR_CTP_EMPTY_JSON_BODY: unreadableJson,
  FST_ERR_CTP_INVALID_JSON_BODY: unreadableJson,
  FST_ERR_MAX_PARAM_LENGTH: headTooLarge,
  HPE_HEADER_OVERFLOW: headTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

const notHttp = fault(400, Code.INVALID_ARGUMENT, 'the request is not HTTP as it should be');

/** What a client is told of an error of the HTTP server or of Fastify; undefined when it is neither's, or a fault of ours. */
export function httpFault(error: unknown): HttpFault | undefined {
  if (error instanceof HttpError) return error.fault;
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  if (typeof code !== 'string') return undefined;
  if (Object.hasOwn(faults, code)) return faults[code];
  // ECONNRESET: the client hung up while it was sending.
  const ofFastify = code.startsWith('FST_') || code === 'ECONNRESET';
  return ofFastify && typeof statusCode === 'number' && statusCode < 500 ? notHttp : undefined;
}

/** What a client is told whose bytes the HTTP server could not read. */
export function connectionFault(error: Error): HttpFault {
  return httpFault(error) ?? notHttp;
}

function fault(status: number, code: Code, text: string): HttpFault {
  return { status, error: ContractError.of(code, text) };
}
