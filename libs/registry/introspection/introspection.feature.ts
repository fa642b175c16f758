import type { Feature } from '#libs/registry/shared/features/feature.js';
import { IntrospectHandler } from './introspect-handler.js';
import { introspection } from './introspection-description.js';

/** Introspection: what a token is worth to a resource server. */
export const introspectionFeature: Feature = {
  name: 'introspection',
  routes: [{ ...introspection, handler: IntrospectHandler }],
  groups: { Introspection: 'What a token is worth to a resource server, which is one of the registered clients.' },
};
