import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import type { AuthMethod } from '#libs/registry/applications/index.js';
import { ClientAssertions } from './client-assertions.js';
import { type AuthenticatedClient, ClientAuthentication } from './client-authentication.js';
import { ClientDirectory, type RegisteredClient } from './client-directory.js';
import { checkSecret } from './client-secrets.js';
import { CredentialUsage } from './credential-usage.js';
import { FailedAuthentications, type FailureReason } from './failed-authentications.js';
import { presentedCredentials } from './presented-credentials.js';

/** Authenticates API clients by their secrets and their signed assertions. */
@Injectable()
export class ClientAuthenticator extends ClientAuthentication {
  constructor(
    private readonly directory: ClientDirectory,
    private readonly assertions: ClientAssertions,
    private readonly usage: CredentialUsage,
    private readonly failures: FailedAuthentications,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async authenticate(authorization: string | undefined, form: URLSearchParams): Promise<AuthenticatedClient> {
    const presented = presentedCredentials(authorization, form);
    return presented.method === 'secret'
      ? this.#bySecret(presented.clientId, presented.secret)
      : this.#byAssertion(presented.assertion, presented.clientId);
  }

  async activeClient(clientId: string): Promise<AuthenticatedClient | undefined> {
    const registered = await this.directory.client(clientId);
    if (registered === undefined || !registered.isActive) return undefined;
    const { id, projectId } = registered.client;
    return { clientId, appId: id, projectId };
  }

  async #bySecret(clientId: string, presented: string): Promise<AuthenticatedClient> {
    const registered = await this.directory.client(clientId);
    const now = this.clock();
    const { secret, reason } = checkSecret(registered?.client, presented, now);
    if (secret === undefined) return this.#refuse(clientId, registered, reason);
    return this.#accepted(clientId, registered, { method: 'basic', credentialId: secret.secretId, now });
  }

  async #byAssertion(assertion: string, named: string | undefined): Promise<AuthenticatedClient> {
    const signed = await this.assertions.verify(assertion, named);
    if ('reason' in signed) throw await this.failures.fail(signed);
    const { clientId, keyId } = signed;
    const registered = await this.directory.client(clientId);
    return this.#accepted(clientId, registered, { method: 'privateKeyJwt', credentialId: keyId, now: this.clock() });
  }

  /** The client, unless it, its project or its method is no longer valid. */
  #accepted(
    clientId: string,
    registered: RegisteredClient | undefined,
    { method, credentialId, now }: Proof,
  ): AuthenticatedClient | Promise<never> {
    if (registered === undefined) return this.#refuse(clientId, registered, 'unknown_client');
    const { client, isActive } = registered;
    if (client.authMethod !== method) return this.#refuse(clientId, registered, 'wrong_method');
    if (!isActive) return this.#refuse(clientId, registered, 'inactive');
    this.usage.used(client.id, credentialId, now);
    return { clientId, appId: client.id, projectId: client.projectId };
  }

  async #refuse(clientId: string, registered: RegisteredClient | undefined, reason: FailureReason): Promise<never> {
    throw await this.failures.fail({ clientId, isKnown: registered !== undefined, reason });
  }
}

/** The valid credential that a client has presented. */
interface Proof {
  readonly method: AuthMethod;
  readonly credentialId: string;
  readonly now: number;
}
