import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { GatewayContext } from '../gateway-context.js';
import type { CallHandlers } from '../grpc/call-handler.js';
import { rawMessage } from '../raw-message.js';
import { appendHandler } from './append.js';
import { batchAppendHandler } from './batch-append.js';
import { deleteHandler, tombstoneHandler } from './delete.js';
import { readHandler } from './read.js';

/** Requests and responses stay encoded. */
const rawRequest = { requestDeserialize: rawMessage };
const rawAnswer = { responseSerialize: rawMessage };

const { read, append, delete: remove, tombstone, batchAppend } = streamsService.StreamsService;

/**
 * The Streams service. Its messages are encoded and decoded by hand for speed. A ReadReq is decoded by the generated
 * parser after its size has been checked.
 */
export const StreamsService = {
  read: { ...read, ...rawRequest, ...rawAnswer },
  append: { ...append, ...rawRequest, ...rawAnswer },
  delete: { ...remove, ...rawRequest, ...rawAnswer },
  tombstone: { ...tombstone, ...rawRequest, ...rawAnswer },
  batchAppend: { ...batchAppend, ...rawRequest, ...rawAnswer },
};

/** The handlers of {@link StreamsService}. */
export function streamsHandlers(context: GatewayContext): CallHandlers<typeof StreamsService> {
  return {
    read: readHandler(context),
    append: appendHandler(context),
    delete: deleteHandler(StreamsService.delete, context),
    tombstone: tombstoneHandler(StreamsService.tombstone, context),
    batchAppend: batchAppendHandler(context),
  };
}
