import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication } from '../support/on-application.js';

/** Ends an application for good. Its events stay. */
export class RemoveAppCommand extends OnApplication<Details> {}
