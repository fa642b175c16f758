import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { AccessLog } from '#libs/engine/rpc/access-log/access-log.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import { bindCalls, Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';
import type { ServedContract } from '#libs/engine/rpc/core/contract.js';
import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import { RequestMetrics } from '#libs/engine/rpc/metrics/request-metrics.js';
import { usualTimes } from '#libs/engine/rpc/protocols/streaming/answer-writer.js';
import type { HttpRoute } from '#libs/engine/rpc/routes/http-route.js';
import { serveProtocols } from '#libs/engine/rpc/serve-protocols.js';
import { drain } from '#libs/engine/runtime/http-listener.js';
import { accessRule, eventFields } from '#libs/registry/contract/call-options.js';
import {
  type CountForAllRequest,
  type CountRequest,
  type CountResponseSchema,
  type GreetRequest,
  type ListNumbersRequest,
  SampleService,
} from '../gen/sample/v1/sample_pb.js';

/** A page of this origin may call. */
export const ORIGIN = 'https://console.example';

/** Who calls, as the sample's admission knows: the name in the authorization header. */
export interface SampleIdentity {
  readonly name: string;
}

/** A contract of nobody's product, with the options that Appledger's own services have. */
export const sampleContract: ServedContract = {
  services: [{ service: SampleService, restPrefix: '' }],
  accessRule,
  eventFields,
};

/** Lets in everybody who gives a name. */
const admission: Admission = {
  async admit({ permission }, { headers: { authorization }, record }) {
    if (permission === undefined) return { name: 'nobody' };
    if (authorization === undefined) throw ContractError.of(Code.UNAUTHENTICATED, 'auth header missing');
    if (record !== undefined) record.caller = { user: authorization };
    return { name: authorization };
  },
};

/** Serves the sample contract. */
@RpcService(SampleService)
class SampleRpc {
  /** How many streams have begun, and how many were told that nobody waits. */
  readonly streams = { begun: 0, abandoned: 0 };
  /** How many answers were asked for. */
  produced = 0;

  @Rpc(SampleService.method.greet)
  async greet({ name, titles }: GreetRequest, { identity }: RpcContext<SampleIdentity>) {
    return { greeting: `${identity.name} greets ${[...titles, name].join(' ')}` };
  }

  @Rpc(SampleService.method.listNumbers)
  async listNumbers({ count }: ListNumbersRequest) {
    return { numbers: Array.from({ length: count }, (_, index) => BigInt(index)) };
  }

  @Rpc(SampleService.method.count)
  async count(request: CountRequest, context: RpcContext<SampleIdentity>) {
    const from = context.header('last-event-id') ?? '-1';
    if (!/^-?\d+$/.test(from)) throw ContractError.invalidField('last-event-id', 'must be a number');
    context.setHeader('x-counted-for', context.identity.name);
    return this.#numbers(BigInt(from) + 1n, request, context.abandoned());
  }

  @Rpc(SampleService.method.countForAll)
  async *countForAll({ count }: CountForAllRequest) {
    for (let number = 0; number < count; number += 1) yield { number: BigInt(number) };
    if (count === 0) throw ContractError.of(Code.FAILED_PRECONDITION, 'there is nothing to count');
  }

  async *#numbers(
    from: bigint,
    { count, pauseMs, padding }: CountRequest,
    signal: AbortSignal,
  ): AsyncGenerator<MessageInitShape<typeof CountResponseSchema>> {
    this.streams.begun += 1;
    signal.addEventListener('abort', () => {
      this.streams.abandoned += 1;
    });
    for (let number = from; count === 0 || number < from + BigInt(count); number += 1n) {
      this.produced += 1;
      yield { number, kind: number % 2n === 0n ? 'even' : 'odd', padding: 'x'.repeat(padding) };
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
    }
  }
}

/** An endpoint as OAuth has them: a form in, its own authentication, errors of its own form. */
const introspect = (onWait: () => void): HttpRoute => ({
  name: 'Sample/Introspect',
  verb: 'POST',
  path: '/sample/oauth/introspect',
  handler: {
    async handle(request) {
      if (request.headers.authorization !== 'Basic c2FtcGxl') {
        throw ContractError.of(Code.UNAUTHENTICATED, 'the client is not known');
      }
      const token = request.form().get('token');
      if (token === 'wait') {
        const stopping = new Promise((resolve) => request.abandoned().addEventListener('abort', resolve));
        onWait();
        await stopping;
      }
      if (token === 'break') throw new Error('a secret of the implementation');
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ active: token === 'good' }),
      };
    },
    errorAnswer: ({ status, error }) => ({
      status,
      headers: { 'content-type': 'application/json', ...(status === 401 && { 'www-authenticate': 'Basic' }) },
      body: JSON.stringify({
        error: status === 401 ? 'invalid_client' : 'invalid_request',
        error_description: error.text,
      }),
    }),
  },
});

/** A server of the sample contract, in this process. */
export class SampleServer {
  readonly rpc = new SampleRpc();
  readonly registry = new Registry();
  /** Lines of the access log. */
  readonly lines: Record<string, unknown>[] = [];
  /** What was logged as an error. */
  readonly errors: object[] = [];
  readonly #fastify: FastifyInstance;
  /** Requests of the plain route that wait until the server stops. */
  waiting = 0;
  url = '';

  constructor(times = usualTimes) {
    const log = {
      info: (fields: object) => void this.lines.push({ ...fields }),
      warn: () => {},
      error: (fields: object) => void this.errors.push(fields),
    };
    this.#fastify = serveProtocols({
      services: sampleContract.services,
      ...bindCalls(sampleContract, [this.rpc]),
      routes: [
        introspect(() => {
          this.waiting += 1;
        }),
      ],
      times,
      admission,
      metrics: new RequestMetrics(this.registry),
      log,
      accessLog: new AccessLog(log),
      tls: undefined,
      ready: async () => true,
      edge: { cors: { origins: [ORIGIN], requestHeaders: [], answerHeaders: ['x-counted-for'] }, tls: false },
    });
  }

  async start(): Promise<this> {
    await this.#fastify.listen({ host: '127.0.0.1', port: 0 });
    this.url = `http://127.0.0.1:${(this.#fastify.server.address() as AddressInfo).port}`;
    return this;
  }

  /** The value of a metric with these labels; 0: there is none. */
  async metric(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const { values } = (await this.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    const found = values.find((value) => Object.entries(labels).every(([key, text]) => value.labels[key] === text));
    return found?.value ?? 0;
  }

  /** Lets what is under way finish, as a process does, and ends streams. */
  stop(): Promise<void> {
    return drain(this.#fastify);
  }
}
