/** The protocols that a call can come by. */
export const PROTOCOLS = ['rest', 'grpc', 'grpc-web', 'connect'] as const;

/** The protocol that a call has come by. */
export type Protocol = (typeof PROTOCOLS)[number];
