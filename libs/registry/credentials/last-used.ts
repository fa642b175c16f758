/** Tells when credentials were last used to authenticate a client. Nest injects it into other features. */
export abstract class LastUsed {
  /**
   * The time of the last use of each of an application's credentials, at most 60 seconds older than it was;
   * credentials that have not been used since counting began are absent.
   *
   * @param credentialIds ids of secrets and keys
   * @returns in milliseconds since 1970, by id
   * @throws ReadModelUnavailableError the stored times cannot be read now
   */
  abstract lastUsed(applicationId: string, credentialIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
