import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { forShortLives } from './node-options.js';
import { RestartableProcess } from './restartable-process.js';
import { tempFolder } from './temp-folder.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/consumer-child.js');

/** What a run of a consumer's process has done, in this order. */
export interface ConsumerRun {
  readonly pid: string;
  /** The positions of the events that it has handled. */
  readonly handled: readonly bigint[];
  /** The last checkpoint that it is known to have saved; undefined: none. */
  readonly saved: bigint | undefined;
}

/** The file to which consumers' processes write what they do. */
export class ConsumerOutput {
  readonly file = join(tempFolder(), 'output');

  /** The runs, in the order in which they have begun to work. */
  runs(): readonly ConsumerRun[] {
    const lines = this.#text().split('\n').slice(0, -1);
    const runs = new Map<string, { handled: bigint[]; saved: bigint | undefined }>();
    for (const line of lines) {
      const [pid = '', what, position = ''] = line.split(' ');
      const run = runs.get(pid) ?? { handled: [], saved: undefined };
      runs.set(pid, run);
      if (what === 'handled') run.handled.push(BigInt(position));
      else run.saved = BigInt(position);
    }
    return Array.from(runs, ([pid, run]) => ({ pid, ...run }));
  }

  /** How many different events have been handled. */
  get count(): number {
    return new Set(this.runs().flatMap(({ handled }) => handled)).size;
  }

  #text(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch {
      return ''; // Nothing has been written yet.
    }
  }
}

/** A consumer in a process of its own; see consumer-child.ts. */
export class ConsumerProcess extends RestartableProcess {
  /** @param records a folder for this process alone, or a mongodb:// URL */
  constructor(
    private readonly eventStoreUrl: string,
    private readonly records: string,
    private readonly output: ConsumerOutput,
  ) {
    super();
  }

  /** Starts it, and waits until it runs or waits for its lease. */
  async start(): Promise<void> {
    await this.launch(process.execPath, [...forShortLives, CHILD, this.eventStoreUrl, this.records, this.output.file]);
  }
}
