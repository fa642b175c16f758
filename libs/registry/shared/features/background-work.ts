import type { Type } from '@nestjs/common';
import type { PeriodicWork, WorkDeclaration } from '#libs/engine/consumer/periodic-work.js';

const declarations = new WeakMap<object, WorkDeclaration>();

/** Declares a class of work that one process at a time does again and again. */
export function BackgroundWork(declaration: WorkDeclaration) {
  return (type: Type<PeriodicWork>): void => {
    declarations.set(type, declaration);
  };
}

/** What a class of work is declared with. @throws Error it is not declared with {@link BackgroundWork} */
export function workOf(type: Type<PeriodicWork>): WorkDeclaration {
  const declaration = declarations.get(type);
  if (declaration === undefined) throw new Error(`${type.name} must be declared with @BackgroundWork`);
  return declaration;
}
