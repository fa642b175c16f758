import type { FastifyRequest } from 'fastify';
import type { Meters } from './request-metrics.js';

/** The name and meters of a served call. */
export interface ServedCall {
  /** Such as `ManagementService/AddAPIApp`. */
  readonly name: string;
  readonly meters: Meters;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The call of the route, for metrics and logs; undefined: requests are logged by verb and path, and not counted.
     */
    readonly servedCall?: (request: FastifyRequest) => ServedCall;
  }
}
