/** The connection string for EventStoreDB's clients to a gateway on this machine. */
export function gatewayUrl(port: number): string {
  return `esdb://127.0.0.1:${port}?tls=false`;
}

/**
 * The connection string to a gateway with TLS.
 *
 * @param authority `host:port`, optionally with `name:password@` before it
 * @param ca path of the certificate that the client trusts
 */
export function gatewayUrlWithTls(authority: string, ca: string): string {
  return `esdb://${authority}?tlsCAFile=${ca}`;
}
