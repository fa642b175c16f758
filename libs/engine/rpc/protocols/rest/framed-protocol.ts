import type { FastifyRequest } from 'fastify';
import type { Protocol } from '../../core/protocol.js';
import { errorWire } from '../wire/error-wire.js';

/** The protocol of a request on a path that does not belong to a call, recognized by its headers. */
export function framedProtocol({ headers }: FastifyRequest): Protocol {
  return errorWire(headers)?.protocol ?? 'rest';
}
