import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'eventstoredb');

/** A request, and what a client of a real server received. */
export type Step<Asked = unknown> = readonly [asked: Asked, answer: unknown];

/** Steps taken one after another on unique streams, which the seed names. */
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

/** Maximum number of differences in the message of a failure. */
const MAX_SHOWN = 10;
const MAX_SHOWN_CHARACTERS = 600;

/**
 * Loads recordings of a real EventStoreDB 23.10.6 from test/golden/eventstoredb: compressed JSON lines, each a {@link
 * Sequence}. A spec replays them on the gateway with the official client and accepts no difference:
 *
 *     const sequences = recordedSequences<Operation>('operations');
 *     await expectAnswersAsRecorded(sequences, (sequence) => answersTo(sequence));
 *
 * Each kind of recording defines its own steps: recorded-operations.ts those on streams. An answer omits what differs
 * between two runs on the same server, such as positions and times.
 *
 * @param name the file name without its extension
 */
export function recordedSequences<Asked = unknown>(name: string): readonly Sequence<Asked>[] {
  const lines = gunzipSync(readFileSync(join(GOLDEN, `${name}.jsonl.gz`))).toString();
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sequence<Asked>);
}

/**
 * Replays each sequence, and fails with the first difference of each one that differs; later differences may follow
 * from it.
 *
 * @param answers returns the answers to the steps of a sequence, in order
 * @param atOnce number of sequences replayed concurrently; more than one if they mostly wait
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

/** A value after a round trip through JSON, without undefined members. */
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
