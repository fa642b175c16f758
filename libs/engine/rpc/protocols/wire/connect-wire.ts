import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { Code } from '#libs/registry/contract/errors/error-catalogue.js';
import type { HttpFault } from '../../core/http-fault.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';
import { OK } from '../../metrics/request-meter.js';
import { base64Unpadded } from './base64.js';
import { errorDetail } from './error-detail.js';
import { uncompressed } from './frame.js';
import type { Wire, WireAnswer } from './wire.js';

interface ConnectCode {
  readonly name: string;
  readonly status: number;
}

/** The name and the HTTP status that Connect gives to each code; the statuses are not quite those of REST. */
const codes: Readonly<Record<Code, ConnectCode>> = {
  [Code.INVALID_ARGUMENT]: { name: 'invalid_argument', status: 400 },
  [Code.DEADLINE_EXCEEDED]: { name: 'deadline_exceeded', status: 504 },
  [Code.NOT_FOUND]: { name: 'not_found', status: 404 },
  [Code.ALREADY_EXISTS]: { name: 'already_exists', status: 409 },
  [Code.PERMISSION_DENIED]: { name: 'permission_denied', status: 403 },
  [Code.RESOURCE_EXHAUSTED]: { name: 'resource_exhausted', status: 429 },
  [Code.FAILED_PRECONDITION]: { name: 'failed_precondition', status: 400 },
  [Code.ABORTED]: { name: 'aborted', status: 409 },
  [Code.UNIMPLEMENTED]: { name: 'unimplemented', status: 501 },
  [Code.INTERNAL]: { name: 'internal', status: 500 },
  [Code.UNAVAILABLE]: { name: 'unavailable', status: 503 },
  [Code.UNAUTHENTICATED]: { name: 'unauthenticated', status: 401 },
};

/** Connect with messages as protobuf bytes. */
export const connectProtoWire: Wire = connectWire('proto', 'application/proto');

/** Connect with messages as JSON. */
export const connectJsonWire: Wire = connectWire('json', 'application/json');

function connectWire(codec: Wire['codec'], contentType: string): Wire {
  const headers = { 'content-type': contentType, 'accept-encoding': 'identity' };
  return {
    protocol: 'connect',
    codec,
    maxBodyBytes: MAX_BODY_BYTES,
    unwrap: uncompressed,
    answer: (body) => ({ status: 200, code: OK, headers, body }),
    failure,
  };
}

/** An error is JSON whatever the messages are. */
function failure({ error }: HttpFault): WireAnswer {
  const { status } = codes[error.code];
  return {
    status,
    code: error.code,
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: Buffer.from(JSON.stringify(connectError(error))),
  };
}

/** An error as Connect's JSON has it. */
export function connectError(error: ContractError): object {
  return { code: codes[error.code].name, message: error.message, ...connectDetails(error) };
}

function connectDetails(error: ContractError): object {
  const detail = errorDetail(error);
  if (detail === undefined) return {};
  const { typeName, value } = detail;
  return { details: [{ type: typeName, value: base64Unpadded(value), debug: { id: error.id, message: error.text } }] };
}
