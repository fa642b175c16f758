import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on a note is refused. */
export const noteRefusals = {
  'NOTE-a1b2c': { code: Code.INVALID_ARGUMENT, text: 'Note is empty', when: 'add: nothing but white space' },
  'NOTE-d3e4f': { code: Code.NOT_FOUND, text: 'Note not found', when: 'read: note missing' },
} as const satisfies Refusals;

/** The id of a refusal. */
export type NoteRefusal = keyof typeof noteRefusals;
