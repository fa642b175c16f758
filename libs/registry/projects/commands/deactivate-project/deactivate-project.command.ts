import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnProject } from '../support/on-project.js';

/** Takes a project out of service: the clients of its applications are no longer let in. */
export class DeactivateProjectCommand extends OnProject<Details> {}
