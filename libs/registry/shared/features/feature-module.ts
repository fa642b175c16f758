import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Feature } from './feature.js';

/** The Nest module of a feature. Its providers can be injected into those of other features. */
export function featureModule({ name, providers = [], calls = [], routes = [] }: Feature): DynamicModule {
  const module = { [name]: class {} }[name] as new () => object;
  const all = [...providers, ...calls, ...routes.map(({ handler }) => handler)];
  return { module, global: true, imports: [CqrsModule], providers: all, exports: all };
}
