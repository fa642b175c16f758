import { Query } from 'mingo';
import type { Filter } from '../port/read-model.js';

/** Compiles a filter in MongoDB's query language. */
export function predicateOf(filter: Filter): (document: object) => boolean {
  const query = new Query(filter as Record<string, never>);
  return (document) => query.test(document as never);
}
