import { showsNothing } from '#libs/engine/kernel/visible-text.js';

/** The longest identifier that a token may bring: what OpenID Connect allows of a subject. */
export const MAX_IDENTIFIER_CHARACTERS = 255;

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const NOT_IN_IDENTIFIERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Whether a text can name a user, a client, an organization, a project or a role. Identifiers go into events, logs and
 * names of streams, so they are short, can be seen, and cannot pretend to be several lines.
 */
export function isIdentifier(text: string): boolean {
  return text.length <= MAX_IDENTIFIER_CHARACTERS && !showsNothing(text) && !NOT_IN_IDENTIFIERS.test(text);
}
