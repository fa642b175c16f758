import type { Type } from '@nestjs/common';
import { type BindableMethod, Rpc } from '#libs/engine/rpc/core/bind.js';
import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import type { CallGuide } from '#libs/engine/rpc/openapi/api-description.js';
import { AS_OF_HEADER } from '#libs/registry/contract/headers.js';
import { asOfParameter, notOfThePast } from '../rpc/as-of-header.js';

/** A call that a method is bound to, and what the documentation says of it. */
export interface GuidedCall {
  readonly method: BindableMethod;
  readonly guide: CallGuide;
}

/** What the documentation says of a call, and whether the call takes part in time travel. */
interface Guide extends CallGuide {
  /** The call answers as of a point of the past where its request names one; other calls refuse such requests. */
  readonly asOf?: true;
}

const guided = new WeakMap<object, GuidedCall[]>();

/**
 * Binds a method to a call of the contract. Path, verb, permission and field rules come from the contract.
 *
 * @param guide what the documentation says of the call beside that
 */
export function Call<Method extends BindableMethod>(
  method: Method,
  { asOf, ...rest }: Guide,
): ReturnType<typeof Rpc<Method>> {
  const bind = Rpc(method);
  const guide = asOf ? { ...rest, headers: [...(rest.headers ?? []), asOfParameter] } : rest;
  return (prototype, property, descriptor) => {
    if (!asOf) descriptor.value = ofThePresent(descriptor.value);
    guided.set(prototype, [...(guided.get(prototype) ?? []), { method, guide }]);
    bind(prototype, property, descriptor);
  };
}

type BoundMethod = (this: object, request: never, context: RpcContext<never>) => Promise<never>;

/** The method, which is not called for a request that names a point of the past. */
function ofThePresent<Method>(method: Method): Method {
  const run = method as BoundMethod;
  const guarded: BoundMethod = function (request, context) {
    if (context.header(AS_OF_HEADER) !== undefined) return Promise.reject(notOfThePast);
    return run.call(this, request, context);
  };
  return guarded as Method;
}

/** The calls to which the methods of a class are bound, in the order of its methods. */
export function callsOf(type: Type<object>): readonly GuidedCall[] {
  return guided.get(type.prototype) ?? [];
}
