import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from './limits.js';

/** An error that belongs to HTTP, with a status that its code alone would not have. */
export interface HttpFault {
  readonly status: number;
  readonly error: ContractError;
}

/** More than a request may hold. */
export const bodyTooLarge = fault(
  413,
  Code.RESOURCE_EXHAUSTED,
  `the body is larger than the ${MAX_BODY_BYTES} bytes that a request may have`,
);

const faults: Readonly<Record<string, HttpFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: fault(
    400,
    Code.INVALID_ARGUMENT,
    'the body is not as long as its content-length says',
  ),
  FST_ERR_BAD_URL: fault(400, Code.INVALID_ARGUMENT, 'the path holds a percent sign that starts no character'),
  HPE_HEADER_OVERFLOW: fault(
    431,
    Code.RESOURCE_EXHAUSTED,
    `the request line and headers are larger than the ${MAX_HEADER_BYTES} bytes that they may have`,
  ),
  ERR_HTTP_REQUEST_TIMEOUT: fault(
    408,
    Code.DEADLINE_EXCEEDED,
    `the request did not arrive within ${REQUEST_TIMEOUT_MS / 1000} seconds`,
  ),
};

const notHttp = fault(400, Code.INVALID_ARGUMENT, 'the request is not HTTP as it should be');

/** What a client is told of an error of the HTTP server or of Fastify; undefined when it is neither's, or a fault of ours. */
export function httpFault(error: unknown): HttpFault | undefined {
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
