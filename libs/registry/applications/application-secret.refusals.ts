import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on the secrets of an application is refused. */
export const secretRefusals = {
  'SECRET-3qLt8': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'secrets: app missing' },
  'SECRET-Hs2vd': {
    code: Code.INVALID_ARGUMENT,
    text: 'Application is not type API',
    when: 'add a secret: app is not an API app',
  },
  'SECRET-w3Lq7': { code: Code.NOT_FOUND, text: 'Secret not found', when: 'secret missing' },
  'SECRET-Bf9zK': {
    code: Code.INVALID_ARGUMENT,
    text: 'Secret invalid',
    when: 'add a secret: name empty after trimming',
  },
  'SECRET-Ex2pD': {
    code: Code.INVALID_ARGUMENT,
    text: 'The expiration date is in the past',
    when: 'add a secret: already expired',
  },
  'SECRET-Nm4tA': {
    code: Code.ALREADY_EXISTS,
    text: 'Secret already exists',
    when: 'add a secret: name taken by a secret of the app that has not expired',
  },
  'SECRET-Fu11s': {
    code: Code.FAILED_PRECONDITION,
    text: 'Application has too many secrets',
    when: 'add a secret, or regenerate with an overlap: the app has 20 that have not expired',
  },
  'SECRET-Us3dR': {
    code: Code.FAILED_PRECONDITION,
    text: 'Secret is in use',
    when: 'disable or remove a secret without force: used within APPLEDGER_SECRET_IN_USE_HOURS',
  },
  'SECRET-Ds4bL': {
    code: Code.FAILED_PRECONDITION,
    text: 'Secret is not active',
    when: 'disable a secret that is disabled or has expired',
  },
  'SECRET-En5bL': {
    code: Code.FAILED_PRECONDITION,
    text: 'Secret is not disabled',
    when: 'enable a secret that is not disabled, or has expired',
  },
  'SECRET-Nt7cE': {
    code: Code.FAILED_PRECONDITION,
    text: 'No notice is due',
    when: 'notice of expiry: none is due, or it is in the log already; no call answers it',
  },
} as const satisfies Refusals;
