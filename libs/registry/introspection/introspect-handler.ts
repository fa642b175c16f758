import { Inject, Injectable } from '@nestjs/common';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { type IssuedToken, TokenSource } from '#libs/registry/access/index.js';
import { type AuthenticatedClient, ClientAuthentication } from '#libs/registry/credentials/index.js';
import { OAuthError, oauthErrorAnswer } from '#libs/registry/shared/oauth/oauth-error.js';
import { singleValued } from '#libs/registry/shared/oauth/single-valued.js';
import { INACTIVE, IntrospectionAnswers } from './introspection-answer.js';

const JSON_ONLY = { 'content-type': 'application/json' };
const inactive: HttpRouteAnswer = { status: 200, headers: JSON_ONLY, body: INACTIVE };

/** Token introspection (RFC 7662): tells a resource server, which is a registered client, what a token is worth to it. */
@Injectable()
export class IntrospectHandler implements HttpRouteHandler {
  /** The claims of organization and roles, or the paths to them. */
  readonly #claims: readonly string[];
  readonly #answers = new WeakMap<IssuedToken, IntrospectionAnswers>();

  constructor(
    private readonly clients: ClientAuthentication,
    private readonly tokens: TokenSource,
    @Inject(CONFIGURATION) { organizationClaim, rolesClaims }: Configuration,
  ) {
    this.#claims = [organizationClaim, ...rolesClaims];
  }

  readonly errorAnswer = oauthErrorAnswer;

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const form = singleValued(request.form());
    const client = await this.clients.authenticate(request.headers.authorization, form);
    if (request.record !== undefined) request.record.caller = { client: client.clientId };
    const text = form.get('token');
    if (!text) throw OAuthError.invalidRequest('token must hold the token to introspect');
    const token = this.tokens.known(text) ?? (await this.tokens.verify(text, request.requestId));
    if (token === undefined || !isFor(client, token)) return inactive;
    const answers = this.#answersFor(token);
    const body = form.get('minimal') === 'true' ? answers.minimal : answers.full;
    return { status: 200, headers: JSON_ONLY, body };
  }

  #answersFor(token: IssuedToken): IntrospectionAnswers {
    const known = this.#answers.get(token);
    if (known !== undefined) return known;
    const answers = new IntrospectionAnswers(token, this.#claims);
    this.#answers.set(token, answers);
    return answers;
  }
}

/** A token is worth something to the clients that its audience names, and to those of the projects that it names. */
function isFor({ clientId, projectId }: AuthenticatedClient, token: IssuedToken): boolean {
  return token.isFor(clientId) || token.isFor(projectId);
}
