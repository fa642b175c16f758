import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication } from '../support/on-application.js';

/** Brings an application back into service. */
export class ReactivateAppCommand extends OnApplication<Details> {}
