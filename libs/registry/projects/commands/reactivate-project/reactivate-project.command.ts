import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnProject } from '../support/on-project.js';

/** Brings a project back into service. */
export class ReactivateProjectCommand extends OnProject<Details> {}
