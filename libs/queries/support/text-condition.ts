import { TextQueryMethod } from '@zitadel/proto/zitadel/object_pb.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import type { Filter } from '#libs/read-model/port/read-model.js';

/** A text field, and the field that holds the same text in lower case. */
export interface TextField {
  readonly exact: string;
  readonly lower: string;
}

/** The filter for one of the contract's ways to compare a text. */
export function textCondition({ exact, lower }: TextField, text: string, method: TextQueryMethod): Filter {
  const small = text.toLowerCase();
  switch (method) {
    case TextQueryMethod.EQUALS:
      return { [exact]: text };
    case TextQueryMethod.EQUALS_IGNORE_CASE:
      return { [lower]: small };
    case TextQueryMethod.STARTS_WITH:
      return { [exact]: { $regex: `^${literally(text)}` } };
    case TextQueryMethod.STARTS_WITH_IGNORE_CASE:
      return { [lower]: { $regex: `^${literally(small)}` } };
    case TextQueryMethod.CONTAINS:
      return { [exact]: { $regex: literally(text) } };
    case TextQueryMethod.CONTAINS_IGNORE_CASE:
      return { [lower]: { $regex: literally(small) } };
    case TextQueryMethod.ENDS_WITH:
      return { [exact]: { $regex: `${literally(text)}$` } };
    case TextQueryMethod.ENDS_WITH_IGNORE_CASE:
      return { [lower]: { $regex: `${literally(small)}$` } };
    default:
      return unreachable(method);
  }
}

/** The text as a regular expression that matches it and nothing else, in JavaScript and in MongoDB alike. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
