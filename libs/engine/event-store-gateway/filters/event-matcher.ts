import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { invalidArgument, invalidExpression } from '../grpc-errors.js';
import { compileExpression, type StepBudget } from './expression/dotnet-expression.js';
import { ExpressionSyntaxError, StepsExhaustedError } from './expression/expression-errors.js';
import type { ExpressionWorker } from './expression-worker.js';
import {
  MAX_CACHED_NAMES,
  MAX_EXPRESSION_CHARACTERS,
  MAX_PREFIX_BYTES,
  MAX_PREFIXES,
  MAX_STEPS_ON_MAIN_THREAD,
} from './filter-limits.js';
import { PrefixSet } from './prefix-set.js';

/** A filter as clients send it. */
export interface FilterDefinition {
  /** Whether stream names or event types are matched. */
  readonly of: 'stream' | 'type';
  /** The name must start with one of these; ignored if there is a regular expression. */
  readonly prefixes: readonly string[];
  /** A .NET regular expression that must match anywhere in the name; empty: none. */
  readonly regex: string;
}

/** Decides which events match a filter. */
export interface EventMatcher {
  /**
   * Decides for each event of a page in order, and stops after `maxMatches` matches: the result may be shorter than the
   * page.
   *
   * @throws GatewayError matching takes too long
   */
  match(events: readonly StoredEvent[], maxMatches: number): Promise<readonly boolean[]>;
}

/**
 * Creates the matcher of a filter.
 *
 * @throws GatewayError the filter is empty, not valid, not supported, or exceeds a limit
 */
export function eventMatcher({ of, prefixes, regex }: FilterDefinition, worker: ExpressionWorker): EventMatcher {
  if (regex !== '') return new ExpressionMatcher(of, regex, worker);
  checkPrefixes(prefixes);
  const wanted = new PrefixSet(prefixes);
  const nameOf = of === 'stream' ? streamBytes : typeBytes;
  return { match: async (events, maxWanted) => decide(events, maxWanted, (event) => wanted.matches(nameOf(event))) };
}

const streamBytes = (event: StoredEvent): Buffer => event.streamBytes;
const typeBytes = (event: StoredEvent): Buffer => event.typeBytes;

function checkPrefixes(prefixes: readonly string[]): void {
  if (prefixes.length === 0) throw invalidArgument('the filter has neither prefixes nor a regular expression');
  if (prefixes.length > MAX_PREFIXES) {
    throw invalidArgument(`a filter has at most ${MAX_PREFIXES} prefixes (got ${prefixes.length})`);
  }
  const bytes = prefixes.reduce((sum, prefix) => sum + Buffer.byteLength(prefix), 0);
  if (bytes > MAX_PREFIX_BYTES) {
    throw invalidArgument(`a filter's prefixes have at most ${MAX_PREFIX_BYTES} bytes together (got ${bytes})`);
  }
}

function decide(
  events: readonly StoredEvent[],
  maxWanted: number,
  isWanted: (event: StoredEvent) => boolean,
): readonly boolean[] {
  const decisions: boolean[] = [];
  let left = maxWanted;
  for (const event of events) {
    if (left === 0) break;
    const wanted = isWanted(event);
    decisions.push(wanted);
    if (wanted) left -= 1;
  }
  return decisions;
}

/**
 * Matches a regular expression on the main thread while that is cheap. When a page takes too many steps, this page and
 * all later ones are matched in the worker.
 */
class ExpressionMatcher implements EventMatcher {
  readonly #nameOf: (event: StoredEvent) => string;
  readonly #expression: ReturnType<typeof compileExpression>;
  readonly #cached = new Map<string, boolean>();
  #expensive = false;

  constructor(
    of: FilterDefinition['of'],
    private readonly expression: string,
    private readonly worker: ExpressionWorker,
  ) {
    this.#nameOf = of === 'stream' ? ({ stream }) => stream : ({ type }) => type;
    this.#expression = compiled(expression);
  }

  async match(events: readonly StoredEvent[], maxWanted: number): Promise<readonly boolean[]> {
    if (!this.#expensive) {
      try {
        const steps = { left: MAX_STEPS_ON_MAIN_THREAD };
        return decide(events, maxWanted, (event) => this.#matches(this.#nameOf(event), steps));
      } catch (error) {
        if (!(error instanceof StepsExhaustedError)) throw error;
        this.#expensive = true;
      }
    }
    const decided = await this.#inWorker(new Set(events.map(this.#nameOf)));
    return decide(events, maxWanted, (event) => decided.get(this.#nameOf(event)) === true);
  }

  #matches(name: string, steps: StepBudget): boolean {
    const known = this.#cached.get(name);
    if (known !== undefined) return known;
    const matched = this.#expression.matches(name, steps);
    this.#cache(name, matched);
    return matched;
  }

  async #inWorker(wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, boolean>> {
    const known = new Map([...wanted].flatMap((name) => entryOf(this.#cached, name)));
    const names = [...wanted].filter((name) => !known.has(name));
    if (names.length === 0) return known;
    const matched = await this.worker.match({ expression: this.expression, names });
    names.forEach((name, index) => {
      const decided = matched[index] === true;
      known.set(name, decided);
      this.#cache(name, decided);
    });
    return known;
  }

  #cache(name: string, matched: boolean): void {
    if (this.#cached.size >= MAX_CACHED_NAMES) this.#cached.clear();
    this.#cached.set(name, matched);
  }
}

function entryOf<K, V>(map: ReadonlyMap<K, V>, key: K): readonly (readonly [K, V])[] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

function compiled(expression: string): ReturnType<typeof compileExpression> {
  if (expression.length > MAX_EXPRESSION_CHARACTERS) {
    throw invalidArgument(
      `the filter's regular expression must have at most ${MAX_EXPRESSION_CHARACTERS} characters (got ${expression.length})`,
    );
  }
  try {
    return compileExpression(expression);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof ExpressionSyntaxError) throw invalidExpression(message);
    throw invalidArgument(`the filter's regular expression is not supported: it has ${message}`);
  }
}
