import type { Application } from './application.js';

/** The tag of the consumers that this subscriber keeps. It changes no others. */
export const TAG = 'appledger';

/** A consumer in Kong's declarative configuration. */
export interface KongConsumer {
  readonly username: string;
  /** Kong's OpenID Connect plugin finds the consumer of a token by the client id. */
  readonly custom_id: string;
  readonly tags: readonly string[];
  /** Routes with the ACL plugin admit the applications of a project. */
  readonly acls: readonly { readonly group: string }[];
  readonly _comment: string;
}

/** The consumer of an application; undefined: it has none, because it is not complete, not active, or removed. */
export function consumerOf({ application, project, name, clientId, active }: Application): KongConsumer | undefined {
  if (project === undefined || name === undefined || clientId === undefined || active?.value !== true) return undefined;
  return {
    username: `application-${application}`,
    custom_id: clientId.value,
    tags: [TAG],
    acls: [{ group: `project-${project.value}` }],
    _comment: name.value,
  };
}
