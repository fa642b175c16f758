import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { parseTime } from '#libs/engine/kernel/time.js';
import type { Point } from '#libs/engine/past/point.js';

/** The point of the past as of which a query is answered. */
export interface AsOf {
  /** As the caller has written it: a time or a position. */
  readonly text: string;
  /** Called with the position of the newest event in the answer. */
  readonly tell: (position: bigint) => void;
}

/** A point of the whole log. */
export type PointOfLog = Exclude<Point, { readonly sequence: bigint }>;

/** The forms of a point, for errors. */
export const POINT_FORMS = 'a time such as 2026-11-29T12:00:00Z, or a position as a write answers it';

const POSITION = /^\d{1,19}$/;
const SEQUENCE = /^sequence:(\d{1,19})$/;

/** A time or a position; undefined: the text is neither. */
export function pointOf(text: string): PointOfLog | undefined {
  if (POSITION.test(text)) return { position: BigInt(text) };
  const time = parseTime(text);
  return time === undefined ? undefined : { time };
}

/** A time, a position, or a sequence such as `sequence:3`; undefined: the text is none of them. */
export function anyPointOf(text: string): Point | undefined {
  const sequence = SEQUENCE.exec(text)?.[1];
  if (sequence === undefined) return pointOf(text);
  return BigInt(sequence) <= MAX_INT64 ? { sequence: BigInt(sequence) } : undefined;
}

/** The time of a point, in milliseconds since 1970. @param changedAt stands for it where the point is no time */
export function timeOf({ text }: Pick<AsOf, 'text'>, changedAt: number): number {
  const point = pointOf(text);
  return point !== undefined && 'time' in point ? point.time : changedAt;
}

/**
 * Of which position an answer is.
 *
 * @param newest the position of the newest event in the answer: behind a position inside of an append, it is the last of it
 */
export function positionOf(point: PointOfLog, newest: bigint | undefined): bigint | undefined {
  if (!('position' in point)) return newest;
  return newest !== undefined && newest > point.position ? newest : point.position;
}
