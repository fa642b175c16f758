import type { DescMethod, DescMethodUnary, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { type Call, compileCall } from './call.js';
import type { ServedContract } from './contract.js';
import type { RpcContext } from './rpc-context.js';

/** What a method bound to a call must look like: the decoded request in, what the answer holds out. */
export type RpcMethod<Method extends DescMethodUnary> = (
  request: MessageShape<Method['input']>,
  context: RpcContext<never>,
) => Promise<MessageInitShape<Method['output']>>;

interface Binding {
  readonly method: DescMethodUnary;
  readonly property: string;
}

const boundServices = new WeakMap<object, DescService>();
const bindings = new WeakMap<object, Binding[]>();

/** Binds a class to a service of the contract. Its methods are bound by {@link Rpc}. */
export function RpcService(service: DescService): ClassDecorator {
  return (target) => {
    boundServices.set(target.prototype, service);
  };
}

/** Binds a method to a call of the contract. A method of another signature does not compile. */
export function Rpc<Method extends DescMethodUnary>(method: Method) {
  return <Implementation extends RpcMethod<Method>>(
    prototype: object,
    property: string,
    _: TypedPropertyDescriptor<Implementation>,
  ): void => {
    const known = bindings.get(prototype) ?? [];
    bindings.set(prototype, [...known, { method, property }]);
  };
}

/**
 * Every call of the services, with the method that runs it where there is one.
 *
 * @param contract what is served
 * @param instances objects of classes that carry {@link RpcService}
 * @throws Error a binding that cannot be meant: an unbound class, a call of another service, a call bound twice
 */
export function bindCalls(contract: ServedContract, instances: readonly object[]): readonly Call[] {
  const services = contract.services.map(({ service }) => service);
  const runs = new Map<DescMethodUnary, Call['run']>();
  for (const instance of instances) {
    for (const { method, property } of bindingsOf(instance, services)) {
      if (runs.has(method)) throw new Error(`${method} is bound twice: keep one`);
      const run = (instance as Record<string, Call['run']>)[property];
      runs.set(method, run?.bind(instance));
    }
  }
  return services.flatMap(({ methods }) =>
    methods.map((method) => {
      if (!isUnary(method)) throw new Error(`${method} streams, which is not implemented`);
      return compileCall(contract, method, runs.get(method));
    }),
  );
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

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}
