import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { TokenAdmission } from '#libs/registry/access/admission.js';
import { IssuedTokens } from '#libs/registry/access/issued-tokens.js';
import { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { features } from '#libs/registry/features.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { RequestMetrics } from '../metrics/request-metrics.js';
import { serveProtocols } from '../serve-protocols.js';
import { bindCalls, Rpc, RpcService } from './bind.js';
import type { RpcContext } from './rpc-context.js';

/** A call that runs until its signal aborts. */
@RpcService(ManagementService)
class EndlessRpc {
  readonly #events = new EventEmitter();
  readonly begun = once(this.#events, 'begun');
  readonly abandoned = once(this.#events, 'abandoned');

  @Rpc(ManagementService.method.healthz)
  healthz(_: object, context: RpcContext) {
    context.abandoned().addEventListener('abort', () => this.#events.emit('abandoned'));
    this.#events.emit('begun');
    return new Promise<object>(() => {});
  }
}

const REST = '/management/v1/healthz';
const RPC = '/zitadel.management.v1.ManagementService/Healthz';
const EMPTY_MESSAGE = Buffer.alloc(5);

let endless: EndlessRpc;
let server: FastifyInstance;
let port: number;
let session: ClientHttp2Session;

beforeEach(async () => {
  endless = new EndlessRpc();
  const admission = new TokenAdmission(
    new TokenVerifier(new IssuedTokens(() => undefined as never, systemClock)),
    features.rolePermissions,
  );
  const { calls } = bindCalls(features.contract, [endless]);
  server = serveProtocols({
    services: features.contract.services,
    calls,
    admission,
    metrics: new RequestMetrics(new Registry()),
    log: silentLog,
    tls: undefined,
    ready: async () => true,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
  session = connect(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  session.destroy();
  await server.close();
});

type Headers = Readonly<Record<string, string>>;

/** Makes the call over HTTP/1.1. */
function overHttp1(path: string, headers: Headers): { destroy(): void } {
  const sent = request({ port, path, method: path === REST ? 'GET' : 'POST', headers });
  sent.on('error', () => undefined); // The request is aborted.
  sent.end(path === REST ? undefined : '{}');
  return sent;
}

/** Makes the call over HTTP/2. */
function overHttp2(path: string, headers: Headers): ClientHttp2Stream {
  const sent = session.request({ ':path': path, ':method': path === REST ? 'GET' : 'POST', ...headers });
  const isGrpc = headers['content-type'] === 'application/grpc';
  sent.end(path === REST ? undefined : isGrpc ? EMPTY_MESSAGE : '{}');
  return sent;
}

const json = { 'content-type': 'application/json' };
const grpc = { 'content-type': 'application/grpc', te: 'trailers' };

describe('the signal of a call aborts when its client no longer waits', () => {
  it.each([
    ['REST', REST, {}],
    ['Connect', RPC, json],
  ])('when the client of %s over HTTP/1.1 disconnects', async (_, path, headers) => {
    const sent = overHttp1(path, headers);
    await endless.begun;
    sent.destroy();
    await endless.abandoned;
  });

  it.each([
    ['REST', REST, {}],
    ['Connect', RPC, json],
    ['gRPC', RPC, grpc],
  ])('when the client of %s over HTTP/2 resets the stream', async (_, path, headers) => {
    const sent = overHttp2(path, headers);
    await endless.begun;
    sent.close(constants.NGHTTP2_CANCEL);
    await endless.abandoned;
  });

  it.each([
    ['REST', REST, {}],
    ['gRPC', RPC, grpc],
  ])('when the deadline of %s has passed', async (_, path, headers) => {
    // On a loaded machine the call may start after its deadline and be refused; then the test makes another call.
    const send = () => overHttp2(path, { ...headers, 'grpc-timeout': '50m' }).resume();
    const again = setInterval(send, 200);
    send();
    await endless.abandoned;
    clearInterval(again);
  });
});
