import type { DescField } from '@bufbuild/protobuf';
import { ChangeQuerySchema } from '@zitadel/proto/zitadel/change_pb.js';
import { ListQuerySchema } from '@zitadel/proto/zitadel/object_pb.js';
import { PropertyRule } from '#libs/engine/contract/property-rules.js';
import type { FieldCap } from '#libs/engine/rpc/openapi/api-description.js';
import { PullEventsRequestSchema } from './gen/appledger/v1/events_pb.js';
import { ListQuerySchema as OwnListQuerySchema } from './gen/appledger/v1/list_pb.js';

/** The number of items that a list answers when the request names none. */
const DEFAULT_LIST_LIMIT = 100;

/** The most items of a list; a request for more is refused, so that no answer is silently shorter. */
const MAX_LIST_LIMIT = 1_000;

/**
 * The most conditions of a list, as many as the contract allows of event types. Each is checked on every document that
 * the others match: two thousand of them, which fit into a request, blocked the event loop for seconds.
 */
const MAX_LIST_CONDITIONS = 30;

/** The fields that limit the number of items of a list. */
const LIMIT_FIELDS: readonly DescField[] = [
  ListQuerySchema.field.limit,
  OwnListQuerySchema.field.limit,
  ChangeQuerySchema.field.limit,
  PullEventsRequestSchema.field.limit,
];

/** The name of the field that holds the conditions of a list, in every request that has them. */
const CONDITIONS = 'queries';

/** The limit that Appledger adds to a field of a list's request, where the contract has none; undefined: none. */
export function listCap(field: DescField): FieldCap | undefined {
  if (LIMIT_FIELDS.includes(field)) return { max: MAX_LIST_LIMIT, usual: DEFAULT_LIST_LIMIT };
  const holdsConditions = field.fieldKind === 'list' && field.listKind === 'message' && field.name === CONDITIONS;
  return holdsConditions ? { max: MAX_LIST_CONDITIONS } : undefined;
}

/** The number of items that a list answers for this query. */
export function listLimit(query: { readonly limit: number } | undefined): number {
  return query?.limit || DEFAULT_LIST_LIMIT;
}

/**
 * The rule for a property that holds the number of items of a list.
 *
 * @param field the field of the query that holds the number
 * @param rest the field of the query that continues the list
 * @param name by which an error speaks of the field
 */
export function FollowsListLimit(field: DescField, rest: string, name = 'query.limit'): PropertyDecorator {
  const { max } = capped(field);
  const violation = (value: unknown) => `must be at most ${max} (got ${value}): ask for the rest with ${rest}`;
  const rule = (value: unknown) => (typeof value === 'number' && value <= max ? undefined : violation(value));
  return PropertyRule('listLimit', rule, name);
}

/** Limits the number of conditions in a field of a list's request. */
export function FewConditions(field: DescField): PropertyDecorator {
  const { max } = capped(field);
  return PropertyRule('fewConditions', (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    return value.length <= max ? undefined : `must have at most ${max} items (got ${value.length})`;
  });
}

function capped(field: DescField): FieldCap {
  const cap = listCap(field);
  if (cap === undefined) throw new Error(`${field} has no limit: give it one in libs/registry/contract/list-limits.ts`);
  return cap;
}
