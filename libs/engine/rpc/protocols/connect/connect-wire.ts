import { toBinary, toJson } from '@bufbuild/protobuf';
import { Code, OK } from '#libs/engine/errors/code.js';
import type { ContractError, ErrorDetail } from '#libs/engine/errors/contract-error.js';
import type { HttpError } from '../../errors/http-error.js';
import { httpStatus } from '../../errors/http-status.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';
import { base64Unpadded } from '../wire/base64.js';
import { uncompressed } from '../wire/frame.js';
import type { Wire, WireAnswer } from '../wire/wire.js';

/** Connect's name for each code. */
const names: Readonly<Record<Code, string>> = {
  [Code.INVALID_ARGUMENT]: 'invalid_argument',
  [Code.DEADLINE_EXCEEDED]: 'deadline_exceeded',
  [Code.NOT_FOUND]: 'not_found',
  [Code.ALREADY_EXISTS]: 'already_exists',
  [Code.PERMISSION_DENIED]: 'permission_denied',
  [Code.RESOURCE_EXHAUSTED]: 'resource_exhausted',
  [Code.FAILED_PRECONDITION]: 'failed_precondition',
  [Code.ABORTED]: 'aborted',
  [Code.UNIMPLEMENTED]: 'unimplemented',
  [Code.INTERNAL]: 'internal',
  [Code.UNAVAILABLE]: 'unavailable',
  [Code.UNAUTHENTICATED]: 'unauthenticated',
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
    errorAnswer,
  };
}

/** An error is always JSON, even if messages are protobuf. */
function errorAnswer({ error }: HttpError): WireAnswer {
  return {
    status: httpStatus[error.code],
    code: error.code,
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: Buffer.from(JSON.stringify(connectError(error))),
  };
}

/** The JSON of an error in Connect's form. */
export function connectError({ code, message, details }: ContractError): object {
  return { code: names[code], message, ...(details.length > 0 && { details: details.map(connectDetail) }) };
}

function connectDetail({ schema, value }: ErrorDetail): object {
  return { type: schema.typeName, value: base64Unpadded(toBinary(schema, value)), debug: toJson(schema, value) };
}
