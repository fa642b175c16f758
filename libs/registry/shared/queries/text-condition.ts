import { TextQueryMethod } from '@zitadel/proto/zitadel/object_pb.js';
import type { Filter } from '#libs/engine/documents/port/read-model.js';
import { caseFolded, comparableText } from '#libs/engine/kernel/case-folding.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';

/** The fields that hold one text. */
export interface TextField {
  /** As it was written. */
  readonly exact: string;
  /** With each code point folded by itself. */
  readonly folded: string;
  /** In the form that it has in common with the texts that are the same but for case and Unicode normal form. */
  readonly comparable: string;
}

/**
 * The filter for one of the contract's ways to compare a text. Ignoring case finds all that the exact way finds, and
 * texts in another Unicode normal form too.
 */
export function textCondition(field: TextField, text: string, method: TextQueryMethod): Filter {
  switch (method) {
    case TextQueryMethod.EQUALS:
      return { [field.exact]: text };
    case TextQueryMethod.EQUALS_IGNORE_CASE:
      return { [field.comparable]: comparableText(text) };
    case TextQueryMethod.STARTS_WITH:
      return { [field.exact]: startsWith(text) };
    case TextQueryMethod.STARTS_WITH_IGNORE_CASE:
      return ignoringCase(field, text, startsWith);
    case TextQueryMethod.CONTAINS:
      return { [field.exact]: contains(text) };
    case TextQueryMethod.CONTAINS_IGNORE_CASE:
      return ignoringCase(field, text, contains);
    case TextQueryMethod.ENDS_WITH:
      return { [field.exact]: endsWith(text) };
    case TextQueryMethod.ENDS_WITH_IGNORE_CASE:
      return ignoringCase(field, text, endsWith);
    default:
      return unreachable(method);
  }
}

/** A part of a text may end within what the comparable form has composed: then only the folded form holds it. */
function ignoringCase({ folded, comparable }: TextField, text: string, matching: (text: string) => Filter): Filter {
  return { $or: [{ [folded]: matching(caseFolded(text)) }, { [comparable]: matching(comparableText(text)) }] };
}

function startsWith(text: string): Filter {
  return { $regex: `^${literally(text)}` };
}

function contains(text: string): Filter {
  return { $regex: literally(text) };
}

function endsWith(text: string): Filter {
  return { $regex: `${literally(text)}$` };
}

/** The text as a regular expression that matches it and nothing else, in JavaScript and in MongoDB alike. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\0', '\\x00');
}
