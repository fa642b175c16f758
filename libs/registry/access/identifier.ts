import { showsNothing } from '#libs/engine/kernel/visible-text.js';

/** The longest identifier in a token: the limit of OpenID Connect for a subject. */
export const MAX_IDENTIFIER_CHARACTERS = 255;

/** Control and format characters, line and paragraph separators, and lone surrogates. */
const NOT_IN_IDENTIFIERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Whether a text can name a user, a client, an organization, a project or a role. Identifiers are written into events,
 * logs and stream names, so they are short, visible, and on one line.
 */
export function isIdentifier(text: string): boolean {
  return text.length <= MAX_IDENTIFIER_CHARACTERS && !showsNothing(text) && !NOT_IN_IDENTIFIERS.test(text);
}
