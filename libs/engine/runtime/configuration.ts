import { contradictions } from './configuration-contradictions.js';
import type { Variable } from './configuration-variable.js';
import { type Configuration, variables } from './configuration-variables.js';
import { givenValue, namesOf } from './given-value.js';

export { isLoopback } from './configuration-contradictions.js';
export type { Configuration } from './configuration-variables.js';

/** The environment holds values that cannot be used; the message lists all of them. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const allVariables: readonly Variable<unknown>[] = Object.values(variables);

/**
 * Reads and checks the configuration.
 *
 * @param env usually process.env; an empty value counts as unset. Files that it names for secrets are read
 * @throws ConfigurationError names each variable that cannot be used, the value it has and the values it takes
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const faults: string[] = [];
  const values = Object.entries<Variable<unknown>>(variables).map(([key, variable]) => {
    const given = givenValue(variable, env);
    if (given.fault !== undefined) faults.push(given.fault);
    return [key, given.value];
  });
  const configuration: Partial<Configuration> = Object.fromEntries(values);
  faults.push(...contradictions(configuration));
  if (faults.length > 0)
    throw new ConfigurationError(`${faults.join('\n')}\nnpm start -- --help lists every variable.`);
  return configuration as Configuration;
}

/** The names of variables that start with APPLEDGER_ and are not known: most likely misspelt. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set<string>(allVariables.flatMap((variable) => [...namesOf(variable)]));
  return Object.keys(env).filter(
    (name) => name.startsWith('APPLEDGER_') && !known.has(name) && !name.startsWith('APPLEDGER_TEST_'),
  );
}

/** The documentation of a variable, as the help and docs/configuration.md show it. */
export interface VariableDescription {
  readonly name: string;
  /** The variable that names a file with the value instead; only for secrets. */
  readonly fileName: string | undefined;
  readonly about: string;
  readonly takes: string;
  /** The text of the default, or `unset`. */
  readonly fallback: string;
}

/** Describes every variable, in the order of the table. */
export function describeVariables(): readonly VariableDescription[] {
  return allVariables.map((variable) => {
    const { about, type, fallback } = variable;
    const [name, fileName] = namesOf(variable);
    return { name, fileName, about, takes: type.takes, fallback: fallback === '' ? 'unset' : fallback };
  });
}

/** Every variable with the values it takes and its default, as lines for a terminal. */
export function configurationHelp(): string {
  const entries = describeVariables().map(({ name, fileName, about, takes, fallback }) => {
    const file = fileName === undefined ? '' : `; ${fileName} names a file that holds it`;
    return `  ${name}\n      ${about}\n      takes ${takes}; default: ${fallback}${file}`;
  });
  return entries.join('\n');
}
