import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { OperationResult, TellProgress } from '#libs/engine/operations/operation.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { UsageError } from './usage-error.js';

/** A command of `appledger`. */
export interface Command {
  /** What it does, in the list of commands. */
  readonly summary: string;
  /**
   * Runs it.
   *
   * @param args what stands after its name
   * @throws UsageError
   */
  run(args: readonly string[], tell: TellProgress): Promise<OperationResult>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** What the options of a command line hold. */
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values'];

/** A command before its arguments are read. */
export interface CommandSpecification<O extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** Beside --json and --help, which every command has. */
  readonly options: O;
  /** @param words what stands there beside the options; undefined: the help is wanted */
  run(values: Values<O>, words: readonly string[], tell: TellProgress): Promise<OperationResult | 'help'>;
}

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** Makes a command that reads its options, shows its help, and prints JSON when --json asks for it. */
export function command<const O extends Options>(specification: CommandSpecification<O>): Command {
  const { name, summary, help, options } = specification;
  const showHelp = { lines: [help], ok: true };
  return {
    summary,
    async run(args, tell) {
      const { values, positionals } = parsed(name, args, { ...options, ...COMMON });
      if (values.help === true) return showHelp;
      const result = await specification.run(values as Values<O>, positionals, tell);
      if (result === 'help') return showHelp;
      return values.json === true ? { ...result, lines: [JSON.stringify(result.data ?? {})] } : result;
    },
  };
}

/** The one word that a command takes. @throws UsageError there is none, or there are several */
export function onlyWord(name: string, words: readonly string[], what: string): string {
  const [word, ...rest] = words;
  if (word === undefined) throw new UsageError(`${name} takes ${what}: see ${name} --help`);
  if (rest.length > 0) throw new UsageError(`${rest[0]} is one word too many: see ${name} --help`);
  return word;
}

function parsed(name: string, args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\nSee ${name} --help.`);
  }
}
