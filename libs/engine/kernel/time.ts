/** A time in RFC 3339 with seconds and an offset. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

const DAY_AND_HOUR = /^(\d{4}-\d{2}-(\d{2}))[Tt](\d{2})/;

/**
 * The time that a text of RFC 3339 means, with seconds and an offset from UTC.
 *
 * @returns in milliseconds since 1970, rounded down; undefined: the text is no such time
 */
export function parseTime(text: string): number | undefined {
  const time = TIME.test(text) && isOnCalendar(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Whether the day and the hour that a time of RFC 3339 begins with exist: `Date.parse` takes February 30 for a day in
 * March, and the hour 24 for one of the next day.
 */
export function isOnCalendar(text: string): boolean {
  const [, date = '', day, hour] = DAY_AND_HOUR.exec(text) ?? [];
  return new Date(date).getUTCDate() === Number(day) && hour !== '24';
}
