import {
  type AddAPIAppRequest,
  type ListAppChangesRequest,
  type ListAppsRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Registry } from 'prom-client';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { bindCalls, Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';
import { RequestMetrics } from '#libs/engine/rpc/metrics/request-metrics.js';
import { fastifyOptions } from '#libs/engine/rpc/protocols/rest/fastify-options.js';
import { answerEverythingElse, restRoutes } from '#libs/engine/rpc/protocols/rest/rest-routes.js';
import { usualTimes } from '#libs/engine/rpc/protocols/streaming/answer-writer.js';
import { TokenAdmission } from '#libs/registry/access/admission.js';
import { IssuedTokens } from '#libs/registry/access/issued-tokens.js';
import { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { features } from '#libs/registry/features.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';

const ISSUER = 'https://issuer.test';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] });

/** The applications of a project, in REST. */
export const APPS = '/management/v1/projects/p1/apps';

/** Answers what it was given, so that the tests see what arrives. */
@RpcService(ManagementService)
class EchoRpc {
  seen: { request: unknown; context: CallContext } | undefined;
  failure: unknown;
  gate: Promise<void> | undefined;

  @Rpc(ManagementService.method.healthz)
  async healthz() {
    await this.gate;
    return {};
  }

  @Rpc(ManagementService.method.addAPIApp)
  async addApiApp(request: AddAPIAppRequest, context: CallContext) {
    this.seen = { request, context };
    if (this.failure !== undefined) throw this.failure;
    context.setHeader('x-position', '7');
    return { appId: request.projectId, clientId: request.name, details: { sequence: 2n } };
  }

  @Rpc(ManagementService.method.listApps)
  async listApps(request: ListAppsRequest, context: CallContext) {
    this.seen = { request, context };
    return {};
  }

  @Rpc(ManagementService.method.listAppChanges)
  async listAppChanges(request: ListAppChangesRequest, context: CallContext) {
    this.seen = { request, context };
    return {};
  }

  // @ts-expect-error a method of another signature does not compile
  @Rpc(ManagementService.method.updateApp)
  async wrong(request: AddAPIAppRequest) {
    return request;
  }
}

/** A server of REST alone, in this process, that listens only if a test lets it. */
export class EchoServer {
  readonly echo = new EchoRpc();
  /** What was logged as a warning or an error. */
  readonly logged: { fields: object; message: string }[] = [];
  readonly fastify: FastifyInstance;

  private constructor(
    /** Who calls; at first one who may do everything in the organization o1. */
    public token: string,
  ) {
    const keep = (fields: object, message: string) => void this.logged.push({ fields, message });
    const log = { info: () => {}, warn: keep, error: keep };
    const verifier = new TokenVerifier(
      new IssuedTokens(() => ({ issuer: ISSUER, audience: 'appledger', keys }), systemClock),
    );
    this.fastify = fastify(fastifyOptions(log));
    const metrics = new RequestMetrics(new Registry());
    answerEverythingElse(this.fastify, metrics, log);
    restRoutes(this.fastify, {
      ...bindCalls(features.contract, [this.echo]),
      stopping: new AbortController().signal,
      times: usualTimes,
      services: features.contract.services,
      admission: new TokenAdmission(verifier, features.rolePermissions),
      metrics,
      log,
    });
  }

  static async start(): Promise<EchoServer> {
    const server = new EchoServer(await tokenWith({ IAM_OWNER: 'o1' }));
    await server.fastify.ready();
    return server;
  }

  /** Calls with the token, by POST unless the options say otherwise. */
  async call(url: string, { headers, ...options }: InjectOptions = {}) {
    const answer = await this.fastify.inject({
      method: 'POST',
      url,
      ...options,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
    });
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
  }

  close(): Promise<void> {
    return this.fastify.close();
  }
}

/** A token of a user of the organization o1 who has each of the roles in an organization. */
export function tokenWith(roles: Record<string, string>, claims: object = {}): Promise<string> {
  const claim = Object.fromEntries(Object.entries(roles).map(([role, org]) => [role, { [org]: 'x' }]));
  return new SignJWT({
    'urn:zitadel:iam:user:resourceowner:id': 'o1',
    'urn:zitadel:iam:org:project:roles': claim,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience('appledger')
    .setSubject('u1')
    .setExpirationTime('1h')
    .sign(privateKey);
}
