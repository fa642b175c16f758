import { ContractError } from '#libs/engine/errors/contract-error.js';
import { showsNothing } from '#libs/engine/kernel/visible-text.js';
import { MAX_REASON_CHARACTERS, REASON_HEADER } from '#libs/registry/contract/headers.js';
import type { CallContext } from './call-context.js';

/** The form of RFC 8187 for texts in headers of ASCII: charset, language, and the percent-encoded bytes. */
const EXTENDED = /^utf-8'[\w-]*'(.*)$/i;
/** What breaks the lines of logs and tables, or shows other text on them in another order. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/**
 * Why something is changed, as the header of the request says; undefined without the header. The bytes of the header
 * are UTF-8, or the form of RFC 8187, which clients need that send no bytes beyond ASCII, as those of gRPC.
 *
 * @throws ContractError INVALID_ARGUMENT: it is too long, cannot be decoded, or is not a line of text
 */
export function reasonOf({ header }: Pick<CallContext, 'header'>): string | undefined {
  const value = header(REASON_HEADER);
  if (value === undefined || value === '') return undefined;
  const text = textOf(value);
  if (text === undefined) {
    throw invalid("must be UTF-8, or percent-encoded UTF-8 as RFC 8187 has it, such as UTF-8''Gr%C3%BCnde");
  }
  const { length } = [...text];
  if (length > MAX_REASON_CHARACTERS) {
    throw invalid(`must have at most ${MAX_REASON_CHARACTERS} characters (it has ${length})`);
  }
  if (CONTROL.test(text) || showsNothing(text)) {
    throw invalid('must have a visible character, and no control characters such as line breaks');
  }
  return text;
}

function textOf(value: string): string | undefined {
  const encoded = EXTENDED.exec(value)?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
    // Node reads each byte of a header as one character.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return undefined;
  }
}

function invalid(rule: string): ContractError {
  return ContractError.invalidField(REASON_HEADER, rule);
}
