/** The longest timer of Node.js in milliseconds, about 24 days: a longer one fires at once. */
export const MAX_TIMER_MS = 2_147_483_647;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const DURATION = /^(\d{1,9})([smhd])$/;

/** The forms that {@link parseDuration} takes, for errors and documentation. */
export const DURATION_FORMS = 'a whole number and a unit, such as 90s, 30m, 24h or 7d';

/** A duration such as `90s`, `30m`, `24h`, `7d` or `0`, in milliseconds; undefined: it is of no such form. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, digits, unit] = DURATION.exec(text) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
}
