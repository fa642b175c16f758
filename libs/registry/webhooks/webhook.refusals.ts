import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on a webhook is refused, by the ids that clients match on. */
export const webhookRefusals = {
  'WEBHOOK-Ur6lf': {
    code: Code.INVALID_ARGUMENT,
    text: 'The URL cannot be used',
    when: 'webhook: the URL is not https, or leads to an address that is not allowed; the text says what is wrong',
  },
  'WEBHOOK-Ty4pe': {
    code: Code.INVALID_ARGUMENT,
    text: 'The types of events are not valid',
    when: 'webhook: no public event has one of the types; the text names it',
  },
  'WEBHOOK-Sc9pe': {
    code: Code.INVALID_ARGUMENT,
    text: 'A webhook of all organizations cannot be limited to a project: leave out one of them',
    when: 'webhook: all organizations and a project',
  },
  'WEBHOOK-Pr3jt': {
    code: Code.FAILED_PRECONDITION,
    text: 'Project not found',
    when: 'add webhook: project missing',
  },
  'WEBHOOK-Ky8nO': {
    code: Code.FAILED_PRECONDITION,
    text: 'The server has no key from which signing secrets are derived: its operator has to set APPLEDGER_WEBHOOKS_KEY',
    when: 'add webhook, rotate secret: events in EventStoreDB, and no key is configured',
  },
  'WEBHOOK-Mx6ny': {
    code: Code.FAILED_PRECONDITION,
    text: 'There are too many webhooks: remove one, or ask the operator of the server to raise APPLEDGER_WEBHOOKS_MAX',
    when: 'add webhook: the organization, or the installation, has as many as it may have',
  },
  'WEBHOOK-Ex2st': { code: Code.ALREADY_EXISTS, text: 'Webhook already exists', when: 'webhook id taken' },
  'WEBHOOK-Nf4kd': { code: Code.NOT_FOUND, text: "Webhook doesn't exist", when: 'webhook missing' },
  'WEBHOOK-Nc7hg': { code: Code.FAILED_PRECONDITION, text: 'No changes', when: 'webhook unchanged' },
  'WEBHOOK-Pa3sd': { code: Code.FAILED_PRECONDITION, text: 'Webhook is paused', when: 'pause webhook when paused' },
  'WEBHOOK-Ac5tv': {
    code: Code.FAILED_PRECONDITION,
    text: 'Webhook is not paused',
    when: 'resume webhook when not paused',
  },
  'WEBHOOK-Ov6lp': {
    code: Code.INVALID_ARGUMENT,
    text: 'The overlap must be from 0s to 90 days',
    when: 'rotate secret: overlap negative or too long',
  },
  'WEBHOOK-Ms5ec': {
    code: Code.FAILED_PRECONDITION,
    text: 'Five secrets sign at the same time already: wait until one ends, or rotate without an overlap',
    when: 'rotate secret: too many overlap',
  },
} as const satisfies Refusals;

/** The id of a refusal. */
export type WebhookRefusal = keyof typeof webhookRefusals;
