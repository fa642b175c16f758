import { type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { OperationResult } from '#libs/engine/operations/operation.js';

/** The result of a command that a server has answered: lines for a person, and the answer for --json. */
export function answered<Desc extends DescMessage>(
  schema: Desc,
  answer: MessageShape<Desc>,
  ...lines: readonly string[]
): OperationResult {
  return { lines, ok: true, data: toJson(schema, answer) as object };
}
