import type { Collection } from '#libs/engine/documents/port/read-model.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';

/**
 * When an aggregate was there. These documents outlive their aggregates: a list as it was at a point of the past needs
 * the ids of those that were there, and is made of their streams.
 */
export interface LifeDocument {
  readonly id: string;
  /** What lists contain the aggregate of: the id of a project or an organization. */
  readonly owner: string;
  readonly added: LifeMark;
  /** Absent: it is still there. */
  readonly removed?: LifeMark;
}

/** A point in the life of an aggregate, in texts that sort as the points do. */
export interface LifeMark {
  /** In $all; decimal, with leading zeros. */
  readonly position: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
}

/** The lives of one kind of aggregate. @param name of the collection */
export function livesCollection(name: string): Collection<LifeDocument> {
  return { name, indexes: [['owner', 'id']] };
}

const POSITION_DIGITS = MAX_INT64.toString().length;

/** A position in the form of {@link LifeMark}. */
export function positionText(position: bigint): string {
  return position.toString().padStart(POSITION_DIGITS, '0');
}
