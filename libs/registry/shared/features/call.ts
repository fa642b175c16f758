import type { Type } from '@nestjs/common';
import { type BindableMethod, Rpc } from '#libs/engine/rpc/core/bind.js';
import type { CallGuide } from '#libs/engine/rpc/openapi/api-description.js';

/** A call that a method is bound to, and what the documentation says of it. */
export interface GuidedCall {
  readonly method: BindableMethod;
  readonly guide: CallGuide;
}

const guided = new WeakMap<object, GuidedCall[]>();

/**
 * Binds a method to a call of the contract. Path, verb, permission and field rules come from the contract.
 *
 * @param guide what the documentation says of the call beside that
 */
export function Call<Method extends BindableMethod>(method: Method, guide: CallGuide): ReturnType<typeof Rpc<Method>> {
  const bind = Rpc(method);
  return (prototype, property, descriptor) => {
    guided.set(prototype, [...(guided.get(prototype) ?? []), { method, guide }]);
    bind(prototype, property, descriptor);
  };
}

/** The calls to which the methods of a class are bound, in the order of its methods. */
export function callsOf(type: Type<object>): readonly GuidedCall[] {
  return guided.get(type.prototype) ?? [];
}
