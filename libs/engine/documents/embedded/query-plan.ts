import type { Filter, Find, Index, Sort } from '../port/read-model.js';
import { isHeldWhole } from './index-entries.js';

/** How a query is answered. */
export interface QueryPlan {
  /** The index to walk along, by its place in the list, and the values that its first fields must have. */
  readonly walk:
    | { readonly index: number; readonly values: readonly string[]; readonly backwards: boolean }
    | undefined;
  /** Every document that the walk comes to matches: none has to be looked at. */
  readonly exact: boolean;
  /** The walk comes to them in the order that is asked for. */
  readonly ordered: boolean;
}

/** Every document of the collection is looked at, and they are sorted afterwards. */
const SCAN: QueryPlan = { walk: undefined, exact: false, ordered: false };

/** Chooses the index that narrows the query most, and among those that narrow it alike one that has the order. */
export function planQuery(indexes: readonly Index[], { filter, sort }: Pick<Find, 'filter' | 'sort'>): QueryPlan {
  const equalities = equalitiesOf(filter);
  let best = SCAN;
  for (const [place, fields] of indexes.entries()) {
    const plan = planWith(place, fields, equalities, filter, sort);
    if (weight(plan) > weight(best)) best = plan;
  }
  return best;
}

function planWith(
  index: number,
  fields: Index,
  equalities: ReadonlyMap<string, string>,
  filter: Filter,
  sort: readonly Sort[],
): QueryPlan {
  const unequal = fields.findIndex((field) => !equalities.has(field));
  const narrowing = unequal === -1 ? fields : fields.slice(0, unequal);
  const values = narrowing.map((field) => equalities.get(field) ?? '');
  // A field that has one value in all documents says nothing about their order.
  const order = sort.filter(([field]) => !narrowing.includes(field));
  const directions = new Set(order.map(([, direction]) => direction));
  const following = fields.slice(narrowing.length);
  const ordered = directions.size < 2 && order.every(([field], place) => field === following[place]);
  const backwards = ordered && directions.has(-1);
  return { walk: { index, values, backwards }, exact: narrowing.length === Object.keys(filter).length, ordered };
}

function weight({ walk, ordered }: QueryPlan): number {
  return (walk?.values.length ?? 0) * 2 + (ordered ? 1 : 0);
}

/** The fields of which the filter says which text they are. */
function equalitiesOf(filter: Filter): ReadonlyMap<string, string> {
  const equalities = new Map<string, string>();
  for (const [field, condition] of Object.entries(filter)) {
    if (field.startsWith('$')) continue;
    const value = isOnlyEq(condition) ? condition.$eq : condition;
    if (typeof value === 'string' && isHeldWhole(value)) equalities.set(field, value);
  }
  return equalities;
}

function isOnlyEq(condition: unknown): condition is { readonly $eq: unknown } {
  return typeof condition === 'object' && condition !== null && Object.keys(condition).join() === '$eq';
}
