import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'eventstoredb');

/** What was asked, and what the client of a real server saw. */
export type Step<Asked = unknown> = readonly [asked: Asked, answer: unknown];

/** Steps that were taken one after the other on streams of their own; the seed names them. */
export interface Sequence<Asked = unknown> {
  readonly seed: number;
  readonly steps: readonly Step<Asked>[];
}

interface Difference {
  readonly seed: number;
  readonly step: number;
  readonly asked: unknown;
  readonly recorded: unknown;
  readonly answered: unknown;
}

/** Differences that a failure shows; later ones are counted. */
const MAX_SHOWN = 10;
const MAX_SHOWN_CHARACTERS = 600;

/**
 * Recordings of a real EventStoreDB 23.10.6 are kept as data in test/golden/eventstoredb: compressed JSON lines, each a
 * {@link Sequence}. A spec replays them on the gateway through the official client and allows no difference:
 *
 *     const sequences = recordedSequences<Operation>('operations');
 *     await expectAnswersAsRecorded(sequences, (sequence) => answersTo(sequence));
 *
 * What a step is and how it is taken is the spec's own: recorded-operations.ts has the operations on streams. An answer
 * leaves out what differs between two runs on one server, such as positions and times.
 *
 * @param name the file's name without its extension
 */
export function recordedSequences<Asked = unknown>(name: string): readonly Sequence<Asked>[] {
  const lines = gunzipSync(readFileSync(join(GOLDEN, `${name}.jsonl.gz`))).toString();
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sequence<Asked>);
}

/**
 * Takes the steps of each sequence again and fails with the first difference of each that differs: later ones may
 * follow from it.
 *
 * @param answers the answers to the steps of a sequence, in their order
 * @param atOnce how many sequences are taken at a time: more than one where they mostly wait
 */
export async function expectAnswersAsRecorded<Asked>(
  sequences: readonly Sequence<Asked>[],
  answers: (sequence: Sequence<Asked>) => Promise<readonly unknown[]>,
  atOnce = 1,
): Promise<void> {
  const differences: Difference[] = [];
  const left = sequences.values();
  const worker = async () => {
    for (const sequence of left) {
      const difference = firstDifference(sequence, await answers(sequence));
      if (difference !== undefined) differences.push(difference);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (differences.length === 0) return;
  const shown = differences.slice(0, MAX_SHOWN).map(describeDifference);
  throw new Error(`${differences.length} of ${sequences.length} sequences differ:\n${shown.join('\n')}`);
}

function firstDifference({ seed, steps }: Sequence, answers: readonly unknown[]): Difference | undefined {
  for (const [step, [asked, recorded]] of steps.entries()) {
    const answered = asJson(answers[step]);
    if (!isDeepStrictEqual(recorded, answered)) return { seed, step, asked, recorded, answered };
  }
  return undefined;
}

/** A value as a recording holds it: without what is undefined. */
function asJson(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : JSON.parse(json);
}

function describeDifference({ seed, step, asked, recorded, answered }: Difference): string {
  return `seed ${seed}, step ${step}: ${shown(asked)}\n  recorded ${shown(recorded)}\n  answered ${shown(answered)}`;
}

function shown(value: unknown): string {
  return `${JSON.stringify(value)}`.slice(0, MAX_SHOWN_CHARACTERS);
}
