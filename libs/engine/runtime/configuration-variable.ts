import type { ValueType } from './configuration-values.js';

/** An environment variable: everything that the check, the errors, the help and docs/configuration.md need of it. */
export interface Variable<T> {
  readonly name: string;
  /** What the variable configures. */
  readonly about: string;
  readonly type: ValueType<Exclude<T, undefined>>;
  /** The text that is parsed when the variable is unset; empty: nothing is parsed. */
  readonly fallback: string;
  /** The value when the variable is unset and has no fallback. */
  readonly unset: T;
  /**
   * Only for a secret: the part of its text that an error may show. A secret can also be read from a file, see
   * `given-value.ts`.
   */
  readonly redact?: Redact;
}

type Redact = (text: string) => string;

/** Describes a variable that is undefined when it is unset. */
export function variable<T>(
  name: string,
  type: ValueType<T>,
  about: string,
  options?: { readonly redact?: Redact },
): Variable<T | undefined>;
/** Describes a variable that has a default. @param options.fallback the text of the default @param options.unset the default itself, where it has no text */
export function variable<T>(
  name: string,
  type: ValueType<T>,
  about: string,
  options: { readonly fallback: string } | { readonly unset: T },
): Variable<T>;
export function variable<T>(
  name: string,
  type: ValueType<Exclude<T, undefined>>,
  about: string,
  options: { readonly fallback?: string; readonly unset?: T; readonly redact?: Redact } = {},
): Variable<T | undefined> {
  return { name, type, about, fallback: '', unset: undefined, ...options };
}
