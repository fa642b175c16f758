import { ORGANIZATION_HEADER } from '#libs/registry/contract/headers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';

/** Who reads the feed. */
export interface FeedReader {
  /** The organization whose events the reader sees; undefined: all. */
  readonly organization: string | undefined;
  /** When the reader's token expires, in milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
  /** Aborts when the reader has gone. */
  readonly abandoned: AbortSignal;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** The permission to read the events of all organizations. */
const ALL_EVENTS = 'events.read';

/**
 * The reader of a call: one with a role for the events of the whole installation sees all organizations, unless the
 * request names one; every other reader sees the organization in which the call works.
 */
export function feedReader(context: CallContext): FeedReader {
  const { identity, stopping } = context;
  const seesAll = identity.holdsEverywhere(ALL_EVENTS) && !context.header(ORGANIZATION_HEADER);
  return {
    organization: seesAll ? undefined : identity.organization,
    expiresAt: identity.caller.expiresAt,
    abandoned: context.abandoned(),
    stopping,
  };
}
