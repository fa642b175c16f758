import type { Filter } from '#libs/engine/documents/port/read-model.js';

/** A filter, to be spread into another one, that requires all conditions. */
export function all(conditions: readonly Filter[]): Filter {
  return conditions.length === 0 ? {} : { $and: conditions };
}
