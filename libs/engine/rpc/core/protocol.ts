/** The protocols over which calls are served. */
export const PROTOCOLS = ['rest', 'grpc', 'grpc-web', 'connect'] as const;

/** The protocol of a call. */
export type Protocol = (typeof PROTOCOLS)[number];
