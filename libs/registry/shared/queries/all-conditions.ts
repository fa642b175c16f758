import type { Filter } from '#libs/engine/documents/port/read-model.js';

/** All of the conditions at once, to be spread into a filter. */
export function all(conditions: readonly Filter[]): Filter {
  return conditions.length === 0 ? {} : { $and: conditions };
}
