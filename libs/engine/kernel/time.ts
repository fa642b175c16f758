/** A time in RFC 3339 with seconds and an offset. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** The characters of a day, such as 2026-11-29. */
const DAY_LENGTH = 10;

/**
 * The time that a text of RFC 3339 means, with seconds and an offset from UTC.
 *
 * @returns in milliseconds since 1970, rounded down; undefined: the text is no such time
 */
export function parseTime(text: string): number | undefined {
  const time = TIME.test(text) && isDay(text.slice(0, DAY_LENGTH)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Whether a day is in the calendar: Date.parse takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
