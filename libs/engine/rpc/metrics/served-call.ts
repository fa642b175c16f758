import type { FastifyRequest } from 'fastify';
import type { Meters } from './request-metrics.js';

/** What a request is counted and logged as. */
export interface ServedCall {
  /** Such as `ManagementService/AddAPIApp`. */
  readonly name: string;
  readonly meters: Meters;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the requests of the route are counted and logged as; undefined: by their verb and path, and not counted. */
    readonly servedCall?: (request: FastifyRequest) => ServedCall;
  }
}
