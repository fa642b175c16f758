import type { Generations } from '#libs/engine/documents/port/generations.js';
import type { GenerationRunner } from './generation-runner.js';
import { ofAnotherLog } from './generations.js';

/** A generation that was taken out of service because it comes from another event log, and why. */
export interface SetAside {
  readonly generation: number;
  readonly why: string;
}

/**
 * A generation of the record that comes from another log; undefined: there is none.
 *
 * @param log the identity of the log that is there; undefined: it has none
 * @param kept the generations that run, which have compared their documents with the events
 */
export function foreignOf(
  record: Generations,
  log: string | undefined,
  kept: readonly GenerationRunner[],
): SetAside | undefined {
  const other = log === undefined ? undefined : ofAnotherLog(record, log);
  if (other !== undefined) return { generation: other, why: `this event log is ${log}, and they are of another one` };
  const numbers = [record.serving?.number, record.filling?.number];
  for (const runner of kept) {
    const { generation, state, failure } = runner.generationStatus();
    if (state === 'foreign' && numbers.includes(generation)) return { generation, why: failure?.message ?? '' };
  }
  return undefined;
}
