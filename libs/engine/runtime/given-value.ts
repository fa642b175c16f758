import { readFileSync } from 'node:fs';
import type { Variable } from './configuration-variable.js';

/** The value that a variable has, or the reason why it has none. */
type GivenValue<T> =
  | { readonly value: T; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: string };

/** Shown in an error in place of a secret that was read from a file. */
const HIDDEN = '…';

/** The names that set a variable: its own and, for a secret, the one that holds the path of a file. */
export function namesOf({
  name,
  redact,
}: Pick<Variable<unknown>, 'name' | 'redact'>): readonly [string] | readonly [string, string] {
  return redact === undefined ? [name] : [name, `${name}_FILE`];
}

/**
 * Reads the value of a variable from the environment, or for a secret from the file that the environment names. Line
 * ends at the end of the file are ignored.
 */
export function givenValue<T>(
  variable: Variable<T>,
  env: Readonly<Record<string, string | undefined>>,
): GivenValue<T | undefined> {
  const [name, fileName = ''] = namesOf(variable);
  const path = env[fileName];
  if (!path) return parsed(variable, env[name] || variable.fallback, variable.redact);
  if (env[name]) return { fault: `${name} and ${fileName} are both set: set one of them` };
  const place = `${fileName} names ${JSON.stringify(path)}`;
  try {
    const text = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    if (text === '') return { fault: `${place}, which is empty: it must hold the value of ${name}` };
    return parsed(variable, text, () => HIDDEN);
  } catch (error) {
    return { fault: `${place}, which cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function parsed<T>(
  { name, type, unset }: Variable<T>,
  text: string,
  redact = (given: string) => given,
): GivenValue<T | undefined> {
  if (text === '') return { value: unset };
  const value = type.parse(text);
  if (value !== undefined) return { value };
  return { fault: `${name} takes ${type.takes} (got ${JSON.stringify(redact(text))})` };
}
