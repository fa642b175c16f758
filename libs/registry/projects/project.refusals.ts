import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on a project is refused, by the ids that clients match on. */
export const projectRefusals = {
  'PROJECT-IOVCC': {
    code: Code.INVALID_ARGUMENT,
    text: 'Project is invalid',
    when: 'project invalid (empty after trimming)',
  },
  'COMMAND-opamwu': {
    code: Code.ALREADY_EXISTS,
    text: 'Project already exists on organization',
    when: 'project name or id taken',
  },
  'COMMAND-3M9sd': { code: Code.NOT_FOUND, text: 'Project not found', when: 'project missing' },
  'COMMAND-2M0fs': { code: Code.FAILED_PRECONDITION, text: 'No changes', when: 'project unchanged' },
  'COMMAND-mki55': {
    code: Code.FAILED_PRECONDITION,
    text: 'Project is not active',
    when: 'deactivate project when not active',
  },
  'COMMAND-5M9bs': {
    code: Code.FAILED_PRECONDITION,
    text: 'Project is not inactive',
    when: 'reactivate project when not inactive',
  },
} as const satisfies Refusals;

/** The id of a refusal. */
export type ProjectRefusal = keyof typeof projectRefusals;
