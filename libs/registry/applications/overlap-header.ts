import { ContractError } from '#libs/engine/errors/contract-error.js';
import { DURATION_FORMS, parseDuration } from '#libs/engine/kernel/duration.js';
import { OVERLAP_HEADER } from '#libs/registry/contract/headers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';

/** The longest overlap. */
const MAX_OVERLAP_MS = parseDuration('90d') ?? 0;

/** The header in the documentation of the call. */
export const overlapParameter = {
  name: OVERLAP_HEADER,
  in: 'header',
  description:
    'How long the former secrets live on, such as `90s`, `30m`, `24h` or `7d`; at most 90 days. A secret that expires earlier does so. Default: they become invalid at once.',
  schema: { type: 'string', pattern: '^(0|[0-9]{1,9}[smhd])$' },
  example: '24h',
} as const;

/**
 * How long the former secrets live on, in milliseconds, as the header of the request says; 0 without the header.
 *
 * @throws ContractError INVALID_ARGUMENT: the header is not a duration up to 90 days
 */
export function overlapOf({ header }: Pick<CallContext, 'header'>): number {
  const overlap = header(OVERLAP_HEADER) || '0';
  const ms = parseDuration(overlap);
  if (ms !== undefined && ms <= MAX_OVERLAP_MS) return ms;
  throw ContractError.invalidField(OVERLAP_HEADER, `must be 0, or ${DURATION_FORMS}, up to 90d`);
}
