import { Context } from 'mingo/core';
import * as query from 'mingo/operators/query';
import { Query } from 'mingo/query';
import type { Filter } from '../port/read-model.js';

/** Only the query operators: loading all of MongoDB's operators would slow the start down. */
const context = Context.init({ query: { ...query } });

/** Compiles a filter in MongoDB's query language. */
export function predicateOf(filter: Filter): (document: object) => boolean {
  const compiled = new Query(filter as Record<string, never>, { context });
  return (document) => compiled.test(document as never);
}
