import { Injectable } from '@nestjs/common';
import { PUBLISHED_KEYS_ID } from '#libs/registry/applications/index.js';
import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';
import { ClientDirectory } from './client-directory.js';
import { KeysUnreachableError, PublishedKeys } from './published-keys.js';

/** A key with which a client may sign. */
export interface ClientKey {
  /** The id under which its use is kept. */
  readonly credentialId: string;
  /** As PEM. */
  readonly publicKey: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Finds the keys of clients: those that are registered, then those that a client's owner publishes at its URL. */
@Injectable()
export class ClientKeys {
  constructor(
    private readonly directory: ClientDirectory,
    private readonly published: PublishedKeys,
  ) {}

  /**
   * The key of a client with this key id; undefined: the client has none.
   *
   * @throws OAuthError temporarily_unavailable: it is not known now
   */
  async keyOf(clientId: string, keyId: string): Promise<ClientKey | undefined> {
    const key = await this.directory.key(keyId);
    if (key?.clientId === clientId) {
      return { credentialId: keyId, publicKey: key.publicKey, expiresAt: Date.parse(key.expirationDate) };
    }
    const publicKey = await this.#publishedKey(clientId, keyId);
    return publicKey === undefined
      ? undefined
      : { credentialId: PUBLISHED_KEYS_ID, publicKey, expiresAt: Number.POSITIVE_INFINITY };
  }

  /** Nothing is fetched for a client that would be refused with the key too. */
  async #publishedKey(clientId: string, keyId: string): Promise<string | undefined> {
    const { client, isActive = false } = (await this.directory.client(clientId)) ?? {};
    if (client?.jwksUri === undefined || client.authMethod !== 'privateKeyJwt' || !isActive) return undefined;
    try {
      return await this.published.keyOf(client.jwksUri, keyId);
    } catch (error) {
      if (!(error instanceof KeysUnreachableError)) throw error;
      throw OAuthError.unavailable(error.message);
    }
  }
}
