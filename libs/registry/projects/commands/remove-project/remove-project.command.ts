import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnProject } from '../support/on-project.js';

/** Ends a project, and its applications with it, for good. Their events stay. */
export class RemoveProjectCommand extends OnProject<Details> {}
