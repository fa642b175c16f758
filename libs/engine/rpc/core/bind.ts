import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { type Answers, type Call, compileCall, compileStreamingCall, type StreamingCall } from './call.js';
import type { ServedContract } from './contract.js';
import type { RpcContext } from './rpc-context.js';

/** A call to which a method can be bound: one request, and one or many answers. */
export type BindableMethod = DescMethodUnary | DescMethodServerStreaming;

type MaybePromise<T> = T | Promise<T>;

/**
 * The signature of a method bound to a call: it takes the decoded request and returns the fields of the answer. For a
 * streaming call it returns an iterable, or a promise of one, which rejects if the request is refused before the stream
 * begins.
 */
export type RpcMethod<Method extends BindableMethod> = (
  request: MessageShape<Method['input']>,
  context: RpcContext<never>,
) => Method extends DescMethodUnary
  ? Promise<MessageInitShape<Method['output']>>
  : MaybePromise<AsyncIterable<MessageInitShape<Method['output']>>>;

interface Binding {
  readonly method: BindableMethod;
  readonly property: string;
}

type BoundMethod = (request: Message, context: RpcContext<never>) => unknown;

const boundServices = new WeakMap<object, DescService>();
const bindings = new WeakMap<object, Binding[]>();

/** Binds a class to a service of the contract. {@link Rpc} binds its methods. */
export function RpcService(service: DescService): ClassDecorator {
  return (target) => {
    boundServices.set(target.prototype, service);
  };
}

/** Binds a method to a call of the contract. A method of another signature does not compile. */
export function Rpc<Method extends BindableMethod>(method: Method) {
  return <Implementation extends RpcMethod<Method>>(
    prototype: object,
    property: string,
    _: TypedPropertyDescriptor<Implementation>,
  ): void => {
    const known = bindings.get(prototype) ?? [];
    bindings.set(prototype, [...known, { method, property }]);
  };
}

/** Every call of the services, with the method that runs it, if there is one. */
export interface BoundCalls {
  /** Unary calls. */
  readonly calls: readonly Call[];
  /** Streaming calls. */
  readonly streaming: readonly StreamingCall[];
}

/**
 * Binds the calls of the services to objects.
 *
 * @param contract the services to serve
 * @param instances objects of classes that carry {@link RpcService}
 * @throws Error a binding is wrong: an unbound class, a call of another service, a call bound twice; or a call takes a
 * stream of requests, which is not implemented
 */
export function bindCalls(contract: ServedContract, instances: readonly object[]): BoundCalls {
  const services = contract.services.map(({ service }) => service);
  const runs = runsOf(services, instances);
  const methods: readonly DescMethod[] = services.flatMap((service) => service.methods);
  const refused = methods.find((method) => !isUnary(method) && !isServerStreaming(method));
  if (refused !== undefined) throw new Error(`${refused} takes a stream of requests, which is not implemented`);
  return {
    calls: methods.filter(isUnary).map((method) => compileCall(contract, method, runs.get(method) as Call['run'])),
    streaming: methods
      .filter(isServerStreaming)
      .map((method) => compileStreamingCall(contract, method, runs.get(method) as StreamingRun | undefined)),
  };
}

type StreamingRun = (request: Message, context: RpcContext<never>) => Answers;

function runsOf(services: readonly DescService[], instances: readonly object[]): ReadonlyMap<DescMethod, BoundMethod> {
  const runs = new Map<DescMethod, BoundMethod>();
  for (const instance of instances) {
    for (const { method, property } of bindingsOf(instance, services)) {
      if (runs.has(method)) throw new Error(`${method} is bound twice: keep one`);
      const run = (instance as Readonly<Record<string, BoundMethod>>)[property];
      if (run !== undefined) runs.set(method, run.bind(instance));
    }
  }
  return runs;
}

function bindingsOf(instance: object, served: readonly DescService[]): readonly Binding[] {
  const prototype = Object.getPrototypeOf(instance);
  const name = instance.constructor.name;
  const service = boundServices.get(prototype);
  if (service === undefined) throw new Error(`${name} serves no service: give its class @RpcService(…)`);
  if (!served.includes(service)) throw new Error(`${name} is bound to ${service}, which is not served`);
  const found = bindings.get(prototype) ?? [];
  const stray = found.find(({ method }) => method.parent !== service);
  if (stray !== undefined) throw new Error(`${name} is bound to ${service} and cannot serve ${stray.method}`);
  return found;
}

/** Whether a call has one request message and one answer message. */
export function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

function isServerStreaming(method: DescMethod): method is DescMethodServerStreaming {
  return method.methodKind === 'server_streaming';
}
