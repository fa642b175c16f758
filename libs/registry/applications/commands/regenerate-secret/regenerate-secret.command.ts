import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication } from '../support/on-application.js';

/** Draws a new secret for an API client; the former one ends at once. */
export class RegenerateSecretCommand extends OnApplication<RegeneratedSecret> {}

export interface RegeneratedSecret {
  /** Shown this once. */
  readonly clientSecret: string;
  readonly details: Details;
}
