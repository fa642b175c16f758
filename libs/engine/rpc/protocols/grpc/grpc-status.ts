import { create, toBinary } from '@bufbuild/protobuf';
import { StatusSchema } from '#libs/engine/contract/gen/google/rpc/status_pb.js';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { percentEncoded } from '#libs/engine/kernel/grpc-wire.js';
import { anyOf } from '../../errors/error-detail.js';
import { base64Unpadded } from '../wire/base64.js';

const OK = { 'grpc-status': '0' } as const;

/** The status of a call as gRPC trailers. */
export function grpcStatus(error: ContractError | undefined): Readonly<Record<string, string>> {
  if (error === undefined) return OK;
  const { code, message } = error;
  return {
    'grpc-status': `${code}`,
    'grpc-message': percentEncoded(message),
    ...statusDetails(error),
  };
}

function statusDetails({ code, message, details }: ContractError): Readonly<Record<string, string>> {
  if (details.length === 0) return {};
  const status = create(StatusSchema, { code, message, details: details.map(anyOf) });
  return { 'grpc-status-details-bin': base64Unpadded(toBinary(StatusSchema, status)) };
}
