import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** The refusals of a caller, the same for every call, by the ids that clients match on. */
export const accessRefusals = {
  'AUTH-7fs1e': { code: Code.UNAUTHENTICATED, text: 'invalid token', when: 'token invalid' },
  'AUTH-5mWD2': {
    code: Code.PERMISSION_DENIED,
    text: 'No matching permissions found',
    when: 'permission missing, or organization in the header in which the caller holds no role',
  },
} as const satisfies Refusals;
