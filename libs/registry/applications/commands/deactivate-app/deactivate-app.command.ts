import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication } from '../support/on-application.js';

/** Takes an application out of service: its client is no longer let in. */
export class DeactivateAppCommand extends OnApplication<Details> {}
