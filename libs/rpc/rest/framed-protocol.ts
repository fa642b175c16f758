import type { FastifyRequest } from 'fastify';
import type { Protocol } from '../protocol.js';
import { framedWire } from '../wire/wires.js';

/** The protocol of a request on the paths of REST, which gRPC and gRPC-web can come by too. */
export function framedProtocol({ headers }: FastifyRequest): Protocol {
  return framedWire(headers['content-type'])?.protocol ?? 'rest';
}
