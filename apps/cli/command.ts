import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { OperationResult, TellProgress } from '#libs/engine/operations/operation.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { printable } from './printable.js';
import { UsageError } from './usage-error.js';

/** A command of `appledger`. */
export interface Command {
  /**
   * Runs it.
   *
   * @param args the arguments after the command's name
   * @throws UsageError
   */
  run(args: readonly string[], tell: TellProgress): Promise<OperationResult>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The parsed options of a command line. */
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values'];

/** The definition of a command. */
export interface CommandSpecification<O extends Options> {
  readonly name: string;
  readonly help: string;
  /** The options other than --json and --help, which every command has. */
  readonly options: O;
  /**
   * @param words the arguments that are not options
   * @returns `help` to show the help; `printed`: it has printed its result while it ran
   */
  run(values: Values<O>, words: readonly string[], tell: TellProgress): Promise<OperationResult | 'help' | 'printed'>;
}

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** Creates a command that parses its options, shows its help, and prints JSON for --json. */
export function command<const O extends Options>(specification: CommandSpecification<O>): Command {
  const { name, help, options } = specification;
  const showHelp = { lines: [help], ok: true };
  return {
    async run(args, tell) {
      const { values, positionals } = parsed(name, args, { ...options, ...COMMON });
      if (values.help === true) return showHelp;
      const result = await specification.run(values as Values<O>, positionals, tell);
      if (result === 'help') return showHelp;
      if (result === 'printed') return { lines: [], ok: true };
      const lines = values.json === true ? [JSON.stringify(result.data ?? {})] : result.lines.map(printable);
      return { ...result, lines };
    },
  };
}

/** The single argument of a command. @throws UsageError there is none, or there are several */
export function onlyWord(name: string, words: readonly string[], what: string): string {
  const [word, ...rest] = words;
  if (!word) throw new UsageError(`${name} takes ${what}${word === '' ? ' (got "")' : ''}: see ${name} --help`);
  assertNoMoreWords(name, rest);
  return word;
}

/** @throws UsageError there are more arguments than the command takes */
export function assertNoMoreWords(name: string, [word]: readonly string[]): void {
  if (word !== undefined) throw new UsageError(`unexpected argument ${word}: see ${name} --help`);
}

function parsed(name: string, args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\nSee ${name} --help.`);
  }
}
