/** What EventStoreDB's clients take to reach a gateway on this machine. */
export function gatewayUrl(port: number): string {
  return `esdb://127.0.0.1:${port}?tls=false`;
}
