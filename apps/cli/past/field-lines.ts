import { type JsonValue, toJson } from '@bufbuild/protobuf';
import { type Value, ValueSchema } from '@bufbuild/protobuf/wkt';
import type { FieldChange } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';

/** Fields that have changed, a line each: `name: "Billing" → "Invoices"`; + and - mark what is new and what is gone. */
export function fieldLines(fields: readonly FieldChange[]): readonly string[] {
  return fields.map(({ field, before, after }) => {
    if (before === undefined) return `+ ${field}: ${valueText(after)}`;
    if (after === undefined) return `- ${field}: ${valueText(before)}`;
    return `  ${field}: ${valueText(before)} → ${valueText(after)}`;
  });
}

function valueText(value: Value | undefined): string {
  return value === undefined ? '' : shownValue(toJson(ValueSchema, value));
}

/** A value on one line; texts are quoted, so that no text can be taken for more lines. */
export function shownValue(value: JsonValue): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shownValue).join('; ');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Object.entries(value)
    .filter(([, one]) => one !== '')
    .map(([name, one]) => (isPlain(one) ? `${name} ${shownValue(one)}` : `${name} (${shownValue(one)})`))
    .join(', ');
}

function isPlain(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null;
}
