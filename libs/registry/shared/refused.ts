import { create } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { ErrorEntry } from '#libs/engine/errors/error-entry.js';

/**
 * The error that a client is answered for a refusal, with the detail that ZITADEL's clients match on.
 *
 * @param refusals the table of the feature that refuses
 * @param detail what follows the text of the refusal: the facts of this case, and what to do
 */
export function refused<Id extends string>(
  refusals: Readonly<Record<Id, ErrorEntry>>,
  id: Id,
  detail?: string,
): ContractError {
  return new ContractError(partsOf(refusals, id, detail));
}

/** The same for what may be asked for again. @param seconds from now */
export function temporarilyRefused<Id extends string>(
  refusals: Readonly<Record<Id, ErrorEntry>>,
  id: Id,
  seconds: number,
): ContractError {
  return new ContractError({ ...partsOf(refusals, id), retryAfterSeconds: seconds });
}

function partsOf<Id extends string>(refusals: Readonly<Record<Id, ErrorEntry>>, id: Id, detail?: string) {
  const { code, text: reason } = refusals[id];
  const text = detail === undefined ? reason : `${reason}: ${detail}`;
  const value = create(ErrorDetailSchema, { id, message: text });
  return { code, text, id, details: [{ schema: ErrorDetailSchema, value }] };
}
