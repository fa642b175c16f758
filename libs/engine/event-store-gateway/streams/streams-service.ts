import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { GatewayContext } from '../gateway-context.js';
import { appendHandler } from './append.js';
import { batchAppendHandler } from './batch-append.js';
import { deleteHandler, tombstoneHandler } from './delete.js';
import { readHandler } from './read.js';

const asItIs = (message: Buffer): Buffer => message;

/** Requests arrive, and answers leave, as the bytes they are on the wire. */
const rawRequest = { requestDeserialize: asItIs };
const rawAnswer = { responseSerialize: asItIs };

const { read, append, delete: remove, tombstone, batchAppend } = streamsService.StreamsService;

/**
 * The Streams service. Its messages are written and parsed by hand where events pass; the request of Read is parsed by
 * the generated parser, when its size has been looked at.
 */
export const StreamsService = {
  read: { ...read, ...rawRequest, ...rawAnswer },
  append: { ...append, ...rawRequest, ...rawAnswer },
  delete: { ...remove, ...rawRequest, ...rawAnswer },
  tombstone: { ...tombstone, ...rawRequest, ...rawAnswer },
  batchAppend: { ...batchAppend, ...rawRequest, ...rawAnswer },
};

/** The handlers of {@link StreamsService}. */
export function streamsHandlers(context: GatewayContext): UntypedServiceImplementation {
  return {
    read: readHandler(context),
    append: appendHandler(context),
    delete: deleteHandler(context),
    tombstone: tombstoneHandler(context),
    batchAppend: batchAppendHandler(context),
  };
}
