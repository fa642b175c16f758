import { accept, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import type { ApplicationEvent } from './application.events.js';
import type { ApplicationRefusal } from './application.refusals.js';
import { type ApplicationState, type SecretState, secretIn } from './application.state.js';
import { hasExpired } from './secret-list.js';

/** So many days before a secret expires, a notice is written into the log. */
export const NOTICE_DAYS = [30, 7, 1] as const;

const DAY_MS = 86_400_000;

/** Writes the notices of a secret's expiry that are due. */
export interface NoteSecretExpiry {
  readonly type: 'NoteSecretExpiry';
  readonly appId: string;
  readonly secretId: string;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** A secret that expires, and when that was chosen; times in milliseconds since 1970. */
interface Expiring {
  readonly expiresAt: number;
  readonly setAt: number;
}

/**
 * When notices of a secret's expiry become due: the times at which it expires in {@link NOTICE_DAYS} days, as far as
 * they come after its expiry was chosen, and the expiry itself (`days` 0). In milliseconds since 1970, in order.
 */
export function noticesOf({ expiresAt, setAt }: Expiring): readonly { readonly days: number; readonly at: number }[] {
  const ahead = NOTICE_DAYS.map((days) => ({ days, at: expiresAt - days * DAY_MS })).filter(({ at }) => at > setAt);
  return [...ahead, { days: 0, at: expiresAt }];
}

/**
 * When the next notice of a secret's expiry is due, in milliseconds since 1970; undefined: none will be.
 *
 * @param notedDays the newest notice that is in the log, in days before the expiry; undefined: none is
 */
export function nextNoticeAt({
  expiresAt,
  expirySetAt: setAt,
  notedDays = Number.POSITIVE_INFINITY,
}: {
  readonly expiresAt?: number;
  readonly expirySetAt?: number;
  readonly notedDays?: number;
}): number | undefined {
  if (expiresAt === undefined || setAt === undefined) return undefined;
  return noticesOf({ expiresAt, setAt }).find(({ days }) => days < notedDays)?.at;
}

/**
 * Notes what is due and not noted yet: of several notices, the newest alone, for the others are of no use any more.
 * Nothing is due twice, whatever the clock does: what is in the log is part of the state.
 */
export function noteSecretExpiry(
  state: ApplicationState,
  { appId, secretId, now }: NoteSecretExpiry,
): Decision<ApplicationEvent, ApplicationRefusal> {
  const secret = secretIn(state, secretId);
  const days = secret && dueDays(secret, now);
  if (secret?.expiresAt === undefined || days === undefined) return refuse('SECRET-Nt7cE');
  const expiresAt = new Date(secret.expiresAt).toISOString();
  if (days === 0) return accept<ApplicationEvent>({ type: 'SecretExpired', data: { appId, secretId, expiresAt } });
  return accept<ApplicationEvent>({ type: 'SecretExpiring', data: { appId, secretId, days, expiresAt } });
}

/** The newest notice that is due, unless it, or a later one, is in the log. */
function dueDays(secret: SecretState, now: number): number | undefined {
  const { expiresAt, expirySetAt: setAt, notedDays, notedExpired } = secret;
  if (expiresAt === undefined || setAt === undefined || notedExpired) return undefined;
  if (hasExpired(secret, now)) return 0;
  const due = noticesOf({ expiresAt, setAt }).findLast(({ at }) => at <= now);
  return due === undefined || notedDays.some((days) => days <= due.days) ? undefined : due.days;
}
