import type { Details } from '../support/details.js';
import { OnProject } from '../support/on-project.js';

/** Brings a project back into service. */
export class ReactivateProjectCommand extends OnProject<Details> {}
