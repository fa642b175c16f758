import { fromJson, type JsonValue, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import type {
  ChangeSchema,
  DiffSchema,
  FieldChangeSchema,
  StateSchema,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import type { PublicEvents } from '../features/public-events.js';
import type { Listed } from '../queries/list.js';
import { listDetails } from '../rpc/answers.js';
import type { HistoryEntry, PastDiff, PastState } from './aggregate-pasts.js';
import type { FieldChange } from './field-changes.js';

/** A page of the changes of an aggregate as the contract answers it. */
export function historyMessage(listed: Listed<HistoryEntry>, publicEvents: PublicEvents) {
  return { details: listDetails(listed), result: listed.documents.map((one) => changeMessage(one, publicEvents)) };
}

function changeMessage(
  { event, time, sequence, fields }: HistoryEntry,
  publicEvents: PublicEvents,
): MessageInitShape<typeof ChangeSchema> {
  const { id, type, position, meta } = event;
  return {
    time: timestampFromMs(time),
    sequence,
    position,
    type: publicEvents.nameOf(type) ?? '',
    eventId: id,
    editor: { userId: meta.editor.user, clientId: meta.editor.client ?? '' },
    requestId: meta.$causationId,
    correlationId: meta.$correlationId,
    reason: meta.reason ?? '',
    fields: fields.map(fieldMessage),
  };
}

/** What an aggregate is at a point, as the contract answers it. */
export function stateMessage({ fields, sequence, last }: PastState): MessageInitShape<typeof StateSchema> {
  return {
    exists: fields !== undefined,
    sequence,
    ...(last && { position: last.position, changeDate: timestampFromMs(Date.parse(last.meta.occurredAt)) }),
    ...(fields && { fields }),
  };
}

/** A comparison as the contract answers it. */
export function diffMessage({ before, after, fields }: PastDiff): MessageInitShape<typeof DiffSchema> {
  return { fromSequence: before.sequence, toSequence: after.sequence, fields: fields.map(fieldMessage) };
}

function fieldMessage({ field, before, after }: FieldChange): MessageInitShape<typeof FieldChangeSchema> {
  return { field, before: valueMessage(before), after: valueMessage(after) };
}

/** Most values are texts, for which no JSON has to be read. */
function valueMessage(value: JsonValue | undefined): MessageInitShape<typeof ValueSchema> | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { kind: { case: 'stringValue', value } };
  return fromJson(ValueSchema, value);
}
