import type { Sort } from '../port/read-model.js';
import { valueAt } from './index-entries.js';

/** Compares documents by the fields in turn. Values of different types sort as in MongoDB: absent, number, text, boolean. */
export function documentOrder(sort: readonly Sort[]): (one: object, other: object) => number {
  return (one, other) => {
    for (const [field, direction] of sort) {
      const order = compareValues(valueAt(one, field), valueAt(other, field));
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}

function compareValues(one: unknown, other: unknown): number {
  const kind = kindOf(one) - kindOf(other);
  if (kind !== 0) return kind;
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  return Number(one ?? 0) - Number(other ?? 0);
}

/** By UTF-8 bytes. JavaScript's own order differs for texts with characters beyond U+FFFF. */
function compareTexts(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function kindOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  return typeof value === 'boolean' ? 4 : 3;
}
