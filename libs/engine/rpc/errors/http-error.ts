import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits/limits.js';

/** An error with its HTTP status, which may differ from the status of its code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    readonly error: ContractError,
  ) {
    super(error.message);
  }

  static of(status: number, code: Code, text: string): HttpError {
    return new HttpError(status, ContractError.of(code, text));
  }
}

/** The body exceeds its limit. */
export const bodyTooLarge = HttpError.of(
  413,
  Code.RESOURCE_EXHAUSTED,
  `the body is larger than the ${MAX_BODY_BYTES} bytes that a request may have`,
);

/** The request line and headers exceed their limit. */
export const headTooLarge = HttpError.of(
  431,
  Code.RESOURCE_EXHAUSTED,
  `the request line and headers are larger than the ${MAX_HEADER_BYTES} bytes that they may have`,
);

/** The request has not arrived in time. */
export const requestTimeout = HttpError.of(
  408,
  Code.DEADLINE_EXCEEDED,
  `the request did not arrive within ${REQUEST_TIMEOUT_MS / 1000} seconds`,
);

/** A request of HTTP/1.1 has no host, more than one, or an invalid one. */
export const hostUnclear = HttpError.of(
  400,
  Code.INVALID_ARGUMENT,
  'the request must have one header host that names a host',
);

/** A request of HTTP/2 has no path. */
export const pathMissing = HttpError.of(400, Code.INVALID_ARGUMENT, 'the request must have a path');

/** The server does not support the request's expectation. */
export const expectationFailed = HttpError.of(
  417,
  Code.INVALID_ARGUMENT,
  'the only expectation that is met is 100-continue: leave the header expect out',
);

/** The route does not accept the body's type. */
export const unsupportedType = (types: string) =>
  HttpError.of(415, Code.INVALID_ARGUMENT, `the content type must be ${types}`);

const invalidJson = HttpError.of(400, Code.INVALID_ARGUMENT, 'the body must be JSON');

/** The errors of Node's HTTP server and of Fastify, by their codes. */
const known: Readonly<Record<string, HttpError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: HttpError.of(
    400,
    Code.INVALID_ARGUMENT,
    'the body is not as long as its content-length says',
  ),
  FST_ERR_BAD_URL: HttpError.of(400, Code.INVALID_ARGUMENT, 'the path holds a percent sign that starts no character'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: HttpError.of(
    415,
    Code.INVALID_ARGUMENT,
    'the header content-type names no media type',
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: invalidJson,
  FST_ERR_CTP_INVALID_JSON_BODY: invalidJson,
  FST_ERR_MAX_PARAM_LENGTH: headTooLarge,
  HPE_HEADER_OVERFLOW: headTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

const malformed = HttpError.of(400, Code.INVALID_ARGUMENT, 'the request is not HTTP as it should be');

/** The HTTP error for a thrown value: one of ours, of Node's HTTP server or of Fastify; undefined: another error. */
export function httpErrorIn(thrown: unknown): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, statusCode } = thrown as { readonly code?: unknown; readonly statusCode?: unknown };
  if (typeof code !== 'string') return undefined;
  if (Object.hasOwn(known, code)) return known[code];
  // ECONNRESET: the client hung up while it was sending.
  const ofFastify = code.startsWith('FST_') || code === 'ECONNRESET';
  return ofFastify && typeof statusCode === 'number' && statusCode < 500 ? malformed : undefined;
}

/** Error answered to a request that cannot be parsed. */
export function connectionError(thrown: Error): HttpError {
  return httpErrorIn(thrown) ?? malformed;
}
