import { DURATION_FORMS, parseDuration } from '#libs/engine/kernel/duration.js';

/** A time in RFC 3339 with seconds and an offset. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** The forms that {@link sinceOf} takes, for errors. */
export const SINCE_FORMS = `a duration up to now (${DURATION_FORMS}) or a time such as 2026-11-29T12:00:00Z`;

/**
 * The time that a text means: a duration before now, or a time.
 *
 * @param now in milliseconds since 1970, as the answer
 * @returns undefined: the text has neither form, or means a time before 1970 or after now
 */
export function sinceOf(text: string, now: number): number | undefined {
  const duration = parseDuration(text);
  const time = duration === undefined ? timeOf(text) : now - duration;
  return time !== undefined && time >= 0 && time <= now ? time : undefined;
}

function timeOf(text: string): number | undefined {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
