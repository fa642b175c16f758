import { availableParallelism } from 'node:os';
import { CONNECTIONS } from './load.js';

/** The target value of a figure. */
export interface Aim {
  readonly what: string;
  /** undefined: it could not be measured on this system. */
  readonly value: number | undefined;
  readonly atLeast?: number;
  readonly below?: number;
}

/** The result of a part of the benchmark: figures by name, with the unit in the name, and their target values. */
export interface PartResult {
  readonly part: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly aims: readonly Aim[];
}

/** What to keep in mind when reading the figures. */
export const preamble = `Load: ${CONNECTIONS} connections from this process; every target in a process of its own, all on one machine
(${availableParallelism()} processors, Node ${process.versions.node}). The load generator takes its share of the processors from what it
measures, most of all from the fastest: read the ratios rather than the absolute figures.`;

/** A part's result as lines for a terminal. */
export function lines({ part, figures, aims }: PartResult): string {
  const rows = Object.entries(figures).map(([name, value]) => `  ${amount(value).padStart(12)}  ${name}`);
  const verdicts = aims.map(
    (aim) => `  ${verdict(aim).padEnd(12)}  ${amount(aim.value)} ${aim.what} (aim: ${bound(aim)})`,
  );
  return [`\n== ${part}`, ...rows, ...verdicts].join('\n');
}

/** Says whether the aim was met. */
export function verdict({ value, atLeast = -Infinity, below = Infinity }: Aim): 'met' | 'missed' | 'not measured' {
  if (value === undefined || Number.isNaN(value)) return 'not measured';
  return value >= atLeast && value < below ? 'met' : 'missed';
}

function bound({ atLeast, below }: Aim): string {
  return atLeast === undefined ? `below ${below}` : `at least ${atLeast}`;
}

/** Rounds to three digits, which is the precision of a benchmark at best. */
function amount(value: number | undefined): string {
  if (value === undefined) return '?';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}
