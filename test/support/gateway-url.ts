/** What EventStoreDB's clients take to reach a gateway on this machine. */
export function gatewayUrl(port: number): string {
  return `esdb://127.0.0.1:${port}?tls=false`;
}

/**
 * The same for a gateway with TLS.
 *
 * @param authority `host:port`, with `name:password@` before it for a client that says who it is
 * @param ca path of the certificate that the client trusts
 */
export function gatewayUrlWithTls(authority: string, ca: string): string {
  return `esdb://${authority}?tlsCAFile=${ca}`;
}
