/** A certificate with its chain and its private key, as PEM. */
export interface TlsCredentials {
  readonly cert: Buffer;
  readonly key: Buffer;
}
