import { randomUUID } from 'node:crypto';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { AppendResult, ExpectedRevision } from '#libs/engine/event-store/port/event-store.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { assertWritable } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { type CallHandler, type MethodCodec, unary } from '../grpc/call-handler.js';
import { invalidArgument, wrongExpectedVersion } from '../grpc-errors.js';
import { assertDeletable } from '../system-streams.js';
import { decodeTarget, type WriteTarget } from './append-requests.js';
import { encodeDeleted } from './append-responses.js';

/** EventStoreDB's numbers for expected revisions, and for the actual version of a missing stream. */
const VERSIONS = { noStream: -1n, any: -2n, streamExists: -4n } as const;

type RemoveMethod = MethodCodec<Buffer, Buffer>;

/** Handles Delete, a soft delete: the events are hidden until the stream is appended to again. */
export function deleteHandler(method: RemoveMethod, context: GatewayContext): CallHandler {
  return handler(method, context, ({ stream, expected }) => context.log.delete(stream, expected));
}

/** Handles Tombstone, a hard delete: the stream can never be appended to again. */
export function tombstoneHandler(method: RemoveMethod, context: GatewayContext): CallHandler {
  return handler(method, context, ({ stream, expected }) => context.log.tombstone(stream, tombstoneMark(), expected));
}

function handler(
  method: RemoveMethod,
  { access }: GatewayContext,
  remove: (target: WriteTarget) => Promise<AppendResult>,
): CallHandler {
  return unary(method, async (request, { headers }) => {
    assertWritable(access, headers);
    const target = targetOf(request);
    assertDeletable(access, target.stream);
    try {
      return encodeDeleted((await remove(target)).position);
    } catch (error) {
      throw deleteError(error);
    }
  });
}

/** @throws GatewayError the options are missing */
function targetOf(request: Buffer): WriteTarget {
  const reader = new ProtobufReader(request);
  while (reader.next()) if (reader.field === 1) return decodeTarget(reader.bytes());
  throw invalidArgument('the options are missing');
}

function deleteError(error: unknown): unknown {
  if (!(error instanceof RevisionConflictError)) return error;
  const { stream, expected, actual } = error;
  return wrongExpectedVersion(stream, versionOf(expected), versionOf(actual));
}

function versionOf(revision: ExpectedRevision): bigint {
  return typeof revision === 'bigint' ? revision : VERSIONS[revision];
}

function tombstoneMark(): EventBytes {
  const nothing = Buffer.alloc(0);
  return { id: randomUUID(), type: '$streamDeleted', isJson: false, data: nothing, metadata: nothing };
}
