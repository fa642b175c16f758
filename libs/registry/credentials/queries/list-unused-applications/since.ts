import { DURATION_FORMS, parseDuration } from '#libs/engine/kernel/duration.js';
import { parseTime } from '#libs/engine/kernel/time.js';

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
  const time = duration === undefined ? parseTime(text) : now - duration;
  return time !== undefined && time >= 0 && time <= now ? time : undefined;
}
