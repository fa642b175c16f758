import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import { invalidArgument, notAnExpression } from '../grpc-errors.js';
import { compileExpression, type Steps } from './expression/dotnet-expression.js';
import { ExpressionSyntaxError, StepsExhaustedError } from './expression/expression-errors.js';
import type { ExpressionWorker } from './expression-worker.js';
import {
  MAX_EXPRESSION_CHARACTERS,
  MAX_PREFIX_BYTES,
  MAX_PREFIXES,
  MAX_REMEMBERED_NAMES,
  MAX_STEPS_HERE,
} from './filter-limits.js';
import { Prefixes } from './prefixes.js';

/** A filter as EventStoreDB's clients send it. */
export interface FilterDefinition {
  /** What is compared: the stream's name or the event's type. */
  readonly of: 'stream' | 'type';
  /** The name must begin with one of them; they count where there is no expression. */
  readonly prefixes: readonly string[];
  /** A .NET regular expression that must match somewhere in the name; empty: none. */
  readonly regex: string;
}

/** Says which events are wanted. */
export interface EventMatcher {
  /**
   * Decides on a page of events in their order, and stops behind so many that are wanted: there may be fewer answers
   * than events.
   *
   * @throws GatewayError deciding takes too long
   */
  match(events: readonly StoredEvent[], maxWanted: number): Promise<readonly boolean[]>;
}

/** @throws GatewayError the filter is none, cannot be had, or is beyond a limit */
export function eventMatcher({ of, prefixes, regex }: FilterDefinition, worker: ExpressionWorker): EventMatcher {
  if (regex !== '') return new ExpressionMatcher(of, regex, worker);
  checkPrefixes(prefixes);
  const wanted = new Prefixes(prefixes);
  const nameOf = of === 'stream' ? streamBytes : typeBytes;
  return { match: async (events, maxWanted) => decide(events, maxWanted, (event) => wanted.begin(nameOf(event))) };
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
 * Matches an expression here as long as that is cheap. The first page for which it takes too many steps goes to the
 * worker, and all that follow.
 */
class ExpressionMatcher implements EventMatcher {
  readonly #nameOf: (event: StoredEvent) => string;
  readonly #machine: ReturnType<typeof compileExpression>;
  readonly #known = new Map<string, boolean>();
  #expensive = false;

  constructor(
    of: FilterDefinition['of'],
    private readonly expression: string,
    private readonly worker: ExpressionWorker,
  ) {
    this.#nameOf = of === 'stream' ? ({ stream }) => stream : ({ type }) => type;
    this.#machine = compiled(expression);
  }

  async match(events: readonly StoredEvent[], maxWanted: number): Promise<readonly boolean[]> {
    if (!this.#expensive) {
      try {
        const steps = { left: MAX_STEPS_HERE };
        return decide(events, maxWanted, (event) => this.#matches(this.#nameOf(event), steps));
      } catch (error) {
        if (!(error instanceof StepsExhaustedError)) throw error;
        this.#expensive = true;
      }
    }
    const decided = await this.#inWorker(new Set(events.map(this.#nameOf)));
    return decide(events, maxWanted, (event) => decided.get(this.#nameOf(event)) === true);
  }

  #matches(name: string, steps: Steps): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const matched = this.#machine.matches(name, steps);
    this.#remember(name, matched);
    return matched;
  }

  async #inWorker(wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, boolean>> {
    const known = new Map([...wanted].flatMap((name) => entryOf(this.#known, name)));
    const names = [...wanted].filter((name) => !known.has(name));
    if (names.length === 0) return known;
    const matched = await this.worker.match({ expression: this.expression, names });
    names.forEach((name, index) => {
      const decided = matched[index] === true;
      known.set(name, decided);
      this.#remember(name, decided);
    });
    return known;
  }

  #remember(name: string, matched: boolean): void {
    if (this.#known.size >= MAX_REMEMBERED_NAMES) this.#known.clear();
    this.#known.set(name, matched);
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
    if (error instanceof ExpressionSyntaxError) throw notAnExpression(message);
    throw invalidArgument(`the filter's regular expression cannot be used here: it has ${message}`);
  }
}
