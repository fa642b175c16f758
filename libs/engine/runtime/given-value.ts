import { readFileSync } from 'node:fs';
import type { Variable } from './configuration-variables.js';

/** A value that a variable has, or what is wrong with it. */
type Given<T> =
  | { readonly value: T | undefined; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: string };

/** What an error shows of a secret that came from a file. */
const HIDDEN = '…';

/** What a variable is called, and whether it is a secret. */
type NamedVariable = Pick<Variable<unknown>, 'name' | 'shown'>;

/** The names by which a variable is set: its own and, for a secret, that of the path to a file which holds it. */
export function namesOf({ name, shown }: NamedVariable): readonly [string] | readonly [string, string] {
  return shown === undefined ? [name] : [name, `${name}_FILE`];
}

/** The value of a variable, from the environment or from the file that it names. Line ends at the end of a file do not count. */
export function givenValue<T>(variable: Variable<T>, env: Readonly<Record<string, string | undefined>>): Given<T> {
  const [name, fileName = ''] = namesOf(variable);
  const path = env[fileName];
  if (!path) return parsed(variable, env[name] || variable.fallback, variable.shown);
  if (env[name]) return { fault: `${name} and ${fileName} are both set: set one of them` };
  const place = `${fileName} names ${JSON.stringify(path)}`;
  try {
    const text = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    if (text === '') return { fault: `${place}, which is empty: write what ${name} takes into it` };
    return parsed(variable, text, () => HIDDEN);
  } catch (error) {
    return { fault: `${place}, which cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function parsed<T>(
  { name, takes, parse, absent }: Variable<T>,
  text: string,
  shown = (given: string) => given,
): Given<T> {
  if (text === '') return { value: absent };
  const value = parse(text);
  return value === undefined ? { fault: `${name} takes ${takes} (got ${JSON.stringify(shown(text))})` } : { value };
}
