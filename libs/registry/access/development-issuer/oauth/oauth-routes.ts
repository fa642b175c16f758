import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import { takeAnyBody } from '#libs/engine/rpc/core/any-body.js';
import { httpErrorOf } from '#libs/engine/rpc/errors/http-error-of.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { oauthErrorAnswer } from '#libs/registry/shared/oauth/oauth-error.js';
import { singleValued } from '#libs/registry/shared/oauth/single-valued.js';
import { handedOver } from './client-handover.js';
import { isLoopbackName } from './oauth-clients.js';
import { OAUTH_PATHS, signInPath } from './oauth-paths.js';
import { type OAuthParts, type OAuthServer, openOAuthServer } from './oauth-server.js';
import { type PendingSignIn, signInForm, submitSignIn } from './sign-in.js';
import { messagePage, type Page } from './sign-in-page.js';
import { type Forwarded, toProvider } from './to-provider.js';
import { userinfoOf } from './userinfo.js';

const HTML = 'text/html; charset=utf-8';
const MISDIRECTED = 421;

/** What the routes are made of. */
export interface OAuthRoutes {
  /** Called at the first request: the server has no address before it listens. */
  readonly parts: () => OAuthParts;
  /** Whether only this machine reaches the server, so that the sign-in page can show the passwords. */
  readonly isLocal: boolean;
  /** The public key of the issuer. */
  readonly keys: JWTVerifyGetKey;
}

/**
 * Serves OAuth 2.0 and OpenID Connect at ZITADEL's paths. The provider is loaded at the first request: most servers
 * never get one, and it takes memory and time.
 */
export function oauthRoutes(fastify: FastifyInstance, { parts, isLocal, keys }: OAuthRoutes): void {
  let opening: Promise<OAuthServer> | undefined;
  const open = (): Promise<OAuthServer> => {
    opening ??= openOAuthServer(parts()).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const forward = async (request: FastifyRequest, reply: FastifyReply, forwarded: Forwarded) =>
    toProvider((await open()).provider, request, reply, forwarded);

  const issuerUrl = () => new URL(parts().record.issuer);
  /** The address that the browser has, so that its cookies fit. */
  const browserUrl = (request: FastifyRequest) => {
    const [{ host }, issuer] = [request, issuerUrl()];
    return host === issuer.host ? issuer : new URL(`${request.protocol}://${host}`);
  };

  fastify.register((scope, _, done) => {
    takeAnyBody(scope);
    // A page of another site must not reach this server under a name of its own (DNS rebinding).
    scope.addHook('onRequest', async (request, reply) => {
      if (isOwnHost(request.host, issuerUrl())) return undefined;
      return sendPage(reply.code(MISDIRECTED), wrongHost(issuerUrl().origin));
    });
    for (const path of [OAUTH_PATHS.discovery, OAUTH_PATHS.metadata]) {
      scope.get(path, (request, reply) => forward(request, reply, { base: issuerUrl() }));
    }
    for (const path of [
      OAUTH_PATHS.authorize,
      `${OAUTH_PATHS.authorize}/:uid`,
      OAUTH_PATHS.endSession,
      `${OAUTH_PATHS.endSession}/success`,
    ]) {
      scope.get(path, (request, reply) => forward(request, reply, { base: browserUrl(request) }));
    }
    scope.post(`${OAUTH_PATHS.endSession}/confirm`, (request, reply) =>
      forward(request, reply, { base: browserUrl(request), form: formOf(request) }),
    );
    for (const path of [OAUTH_PATHS.token, OAUTH_PATHS.revoke]) {
      const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
        sendOAuthError(error, request, reply, parts().log);
      scope.post(path, { errorHandler }, async (request, reply) => {
        const { handoverSecret } = await open();
        const { clients } = parts();
        const given = { headers: request.headers, form: singleValued(formOf(request)) };
        const handed = await handedOver(given, (...proof) => clients.authenticate(...proof), handoverSecret);
        return forward(request, reply, { base: issuerUrl(), ...handed });
      });
    }
    const pendingOf = async (request: FastifyRequest, reply: FastifyReply): Promise<PendingSignIn | undefined> => {
      const { provider, isSessionNotFound } = await open();
      try {
        const interaction = await provider.interactionDetails(request.raw, reply.raw);
        const { record } = parts();
        return { provider, record, interaction, request: request.raw, response: reply.raw, showsPasswords: isLocal };
      } catch (error) {
        if (isSessionNotFound(error)) return undefined;
        throw error;
      }
    };
    scope.route({
      method: ['GET', 'POST'],
      url: OAUTH_PATHS.userinfo,
      handler: async ({ headers }, reply) => {
        const { record, clock } = parts();
        const userinfo = await userinfoOf(headers.authorization, record, keys, clock);
        if ('claims' in userinfo) return reply.send(userinfo.claims);
        const error = { error: 'invalid_token', error_description: userinfo.fault };
        return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send(error);
      },
    });
    scope.get(signInPath(':uid'), async (request, reply) => {
      const pending = await pendingOf(request, reply);
      return pending === undefined ? sendPage(reply.code(400), ended) : sendPage(reply, await signInForm(pending));
    });
    scope.post(signInPath(':uid'), async (request, reply) => {
      if (!isFromOwnPage(request)) return sendPage(reply.code(403), foreign);
      const pending = await pendingOf(request, reply);
      if (pending === undefined) return sendPage(reply.code(400), ended);
      const again = await submitSignIn(pending, formOf(request));
      if (again !== undefined) return sendPage(reply.code(400), again);
      return reply.hijack();
    });
    done();
  });
}

const ended = messagePage(
  'This sign-in has ended',
  'It was finished before, or it is older than half an hour, or the browser sends no cookies. Start it again in the application.',
);

const foreign = messagePage('Refused', 'The form was sent by a page of another site.');

const wrongHost = (origin: string) =>
  messagePage(
    'Wrong host',
    `The development issuer is reached at ${origin} or at the address of this machine's loopback.`,
  );

/** Answers an error of a client's request in the form of OAuth. */
function sendOAuthError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const { status, headers = {}, body } = oauthErrorAnswer(httpErrorOf(thrown, request.id, log));
  return reply.code(status).headers(headers).send(body);
}

function sendPage(reply: FastifyReply, { html, policy }: Page): FastifyReply {
  // The origin of the form must reach isFromOwnPage.
  const headers = { 'content-security-policy': policy, 'referrer-policy': 'same-origin' };
  return reply.type(HTML).headers(headers).send(html);
}

/** The fields of the body; a body of another type has none, and is refused as a request without parameters. */
function formOf({ headers, body }: FastifyRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded(;|$)/i.test(headers['content-type'] ?? '');
  return new URLSearchParams(isForm && body instanceof Buffer ? body.toString('utf8') : '');
}

function isOwnHost(host: string, issuer: URL): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  return host === issuer.host || isLoopbackName(new URL(`http://${host}`).hostname);
}

/** Whether the form was sent by this server's page. The cookie alone would accept pages on other ports of this host. */
function isFromOwnPage({ headers, host }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
