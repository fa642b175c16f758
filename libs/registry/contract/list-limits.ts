import type { DescField } from '@bufbuild/protobuf';
import { ChangeQuerySchema } from '@zitadel/proto/zitadel/change_pb.js';
import { ListAppsRequestSchema, ListProjectsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { ListQuerySchema } from '@zitadel/proto/zitadel/object_pb.js';
import { ArrayMaxSize, Max } from 'class-validator';
import type { FieldCap } from '#libs/engine/rpc/openapi/api-description.js';

/** What a list answers when it is not told how much. */
const DEFAULT_LIST_LIMIT = 100;

/** What a list answers at most; who asks for more is refused, never given less in silence. */
const MAX_LIST_LIMIT = 1_000;

/**
 * How many conditions a list takes, as many as the contract allows of types of events. Each is asked of every document
 * that the others leave: two thousand of them, which a request may hold, kept the event loop for seconds.
 */
const MAX_LIST_CONDITIONS = 30;

/** Where the contract has no limit and Appledger has one. */
const caps: ReadonlyMap<DescField, FieldCap> = new Map<DescField, FieldCap>([
  [ListQuerySchema.field.limit, { max: MAX_LIST_LIMIT, usual: DEFAULT_LIST_LIMIT }],
  [ChangeQuerySchema.field.limit, { max: MAX_LIST_LIMIT, usual: DEFAULT_LIST_LIMIT }],
  [ListAppsRequestSchema.field.queries, { max: MAX_LIST_CONDITIONS }],
  [ListProjectsRequestSchema.field.queries, { max: MAX_LIST_CONDITIONS }],
]);

/** The limit that Appledger adds to a field of a list's request; undefined: none. */
export function listCap(field: DescField): FieldCap | undefined {
  return caps.get(field);
}

/** How much a list answers, as its query asks. */
export function listLimit(query: { readonly limit: number } | undefined): number {
  return query?.limit || DEFAULT_LIST_LIMIT;
}

/**
 * The rule for a property that holds how much a list answers.
 *
 * @param field the field of the query that says how much
 * @param rest the field of the query by which the rest is asked for
 */
export function FollowsListLimit(field: DescField, rest: string): PropertyDecorator {
  const { max } = capped(field);
  return Max(max, {
    message: `must be at most ${max} (got $value): ask for the rest with ${rest}`,
    context: { field: 'query.limit' },
  });
}

/** Keeps the conditions of a list few, which the field holds: who sends more is refused. */
export function FewConditions(field: DescField): PropertyDecorator {
  const { max } = capped(field);
  return ArrayMaxSize(max, { message: ({ value }) => `must have at most ${max} items (got ${value.length})` });
}

function capped(field: DescField): FieldCap {
  const cap = listCap(field);
  if (cap === undefined) throw new Error(`${field} has no limit: give it one in libs/registry/contract/list-limits.ts`);
  return cap;
}
