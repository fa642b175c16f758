import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';
import { secretRefusals } from './application-secret.refusals.js';

/** Why a call on an application is refused, by the ids that clients match on. */
export const applicationRefusals = {
  'V3-DKcYh': {
    code: Code.ALREADY_EXISTS,
    text: 'Application already exists',
    when: 'app name taken in the project (whatever its case and Unicode normal form)',
  },
  'COMMAND-EbFMN': { code: Code.FAILED_PRECONDITION, text: 'Project not found', when: 'create app: project missing' },
  'PROJECT-Bff2g': {
    code: Code.INVALID_ARGUMENT,
    text: 'Application invalid',
    when: 'app invalid (empty after trimming)',
  },
  'QUERY-pCP8P': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'read: app missing' },
  'COMMAND-28di9': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'rename: app missing' },
  'COMMAND-2n8uU': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'config: app missing' },
  'COMMAND-2g66f': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'regenerate: app missing' },
  'COMMAND-ov9d3': {
    code: Code.NOT_FOUND,
    text: "Application doesn't exist",
    when: 'deactivate or reactivate: app missing',
  },
  'COMMAND-0po9s': { code: Code.NOT_FOUND, text: "Application doesn't exist", when: 'remove: app missing' },
  'COMMAND-2m8vx': { code: Code.FAILED_PRECONDITION, text: 'No changes', when: 'rename to the same name' },
  'COMMAND-1m88i': { code: Code.FAILED_PRECONDITION, text: 'No changes', when: 'config unchanged' },
  'COMMAND-dsh35': {
    code: Code.FAILED_PRECONDITION,
    text: 'Application is not active',
    when: 'deactivate when not active',
  },
  'COMMAND-1n8cM': {
    code: Code.FAILED_PRECONDITION,
    text: 'Application is not inactive',
    when: 'reactivate when not inactive',
  },
  'COMMAND-Gnwt3': {
    code: Code.INVALID_ARGUMENT,
    text: 'Application is not type API',
    when: 'config: app is not an API app',
  },
  'COMMAND-aeH4': {
    code: Code.INVALID_ARGUMENT,
    text: 'Application is not type API',
    when: 'regenerate: app is not an API app',
  },
  'COMMAND-7gKw2': {
    code: Code.FAILED_PRECONDITION,
    text: 'Chosen API Auth Method does not require a secret',
    when: 'regenerate, or add a secret, on PRIVATE_KEY_JWT',
  },
  'COMMAND-sak25': { code: Code.FAILED_PRECONDITION, text: "Application doesn't exist", when: 'key: app missing' },
  'COMMAND-Dff54': {
    code: Code.FAILED_PRECONDITION,
    text: 'Chosen Auth Method does not require a key',
    when: 'key: app is BASIC',
  },
  'COMMAND-4m77G': { code: Code.NOT_FOUND, text: 'Application key not found', when: 'key missing' },
  'COMMAND-5xP1d': {
    code: Code.INVALID_ARGUMENT,
    text: 'The expiration date is in the past',
    when: 'key: already expired',
  },
  'KEY-Pk7vR': {
    code: Code.INVALID_ARGUMENT,
    text: 'Public key invalid',
    when: 'register a key: not a public key of a form and size that is accepted',
  },
  'KEY-Ju2fB': {
    code: Code.INVALID_ARGUMENT,
    text: 'JWKS URL invalid',
    when: 'set the JWKS URL: not a URL that may be fetched',
  },
  'KEY-Jw3cN': { code: Code.FAILED_PRECONDITION, text: 'No changes', when: 'set the JWKS URL: it is set already' },
  'KEY-Jw5mX': { code: Code.NOT_FOUND, text: 'JWKS URL not found', when: 'remove the JWKS URL: none is set' },
  ...secretRefusals,
} as const satisfies Refusals;

/** The id of a refusal. */
export type ApplicationRefusal = keyof typeof applicationRefusals;
