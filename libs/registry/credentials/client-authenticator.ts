import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { ClientAssertions } from './client-assertions.js';
import type { AuthenticatedClient, ClientAuthentication } from './client-authentication.js';
import { ClientDirectory } from './client-directory.js';
import { checkSecret } from './client-secrets.js';
import { FailedAuthentications, type Failure } from './failed-authentications.js';
import { presentedCredentials } from './presented-credentials.js';

/** Authenticates API clients by their secrets and their signed assertions. */
@Injectable()
export class ClientAuthenticator implements ClientAuthentication {
  constructor(
    private readonly directory: ClientDirectory,
    private readonly assertions: ClientAssertions,
    private readonly failures: FailedAuthentications,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async authenticate(authorization: string | undefined, form: URLSearchParams): Promise<AuthenticatedClient> {
    const presented = presentedCredentials(authorization, form);
    return presented.method === 'secret'
      ? this.#bySecret(presented.clientId, presented.secret)
      : this.#byAssertion(presented.assertion, presented.clientId);
  }

  async #bySecret(clientId: string, presented: string): Promise<AuthenticatedClient> {
    const registered = await this.directory.client(clientId);
    const { secret, reason } = checkSecret(registered?.client, presented, this.clock());
    const failure = { clientId, isKnown: registered !== undefined };
    if (secret === undefined || registered === undefined) {
      throw await this.failures.fail({ ...failure, reason: reason ?? 'unknown_client' });
    }
    const { client, isActive } = registered;
    if (client.authMethod !== 'basic') throw await this.failures.fail({ ...failure, reason: 'wrong_method' });
    if (!isActive) throw await this.failures.fail({ ...failure, reason: 'inactive' });
    return { clientId, appId: client.id, projectId: client.projectId };
  }

  async #byAssertion(assertion: string, named: string | undefined): Promise<AuthenticatedClient> {
    const signed = await this.assertions.verify(assertion, named);
    if ('reason' in signed) throw await this.failures.fail(signed);
    const { clientId } = signed;
    const registered = await this.directory.client(clientId);
    const failed = (reason: Failure['reason']) =>
      this.failures.fail({ clientId, isKnown: registered !== undefined, reason });
    if (registered === undefined) throw await failed('unknown_client');
    const { client, isActive } = registered;
    if (client.authMethod !== 'privateKeyJwt') throw await failed('wrong_method');
    if (!isActive) throw await failed('inactive');
    return { clientId, appId: client.id, projectId: client.projectId };
  }
}
