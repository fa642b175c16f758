import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommittedLog } from '#libs/engine/event-store/embedded/committed-log.js';
import { LogFiller } from '#libs/engine/event-store/embedded/log-filler.js';
import { hasSegments } from '#libs/engine/event-store/embedded/segments/find-segments.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { ArchiveError } from './archive.errors.js';
import type { ImportTarget, PresentEvent } from './import-target.js';

const OWNER_ONLY = 0o700;

/**
 * An embedded event log that an import makes. It is filled in a folder beside its place, which no server reads, and gets
 * its place when it is complete. Events keep their revisions and the times at which they were recorded; positions are
 * numbered anew, and the log has an identity of its own.
 */
export class EmbeddedTarget implements ImportTarget {
  #filler: LogFiller | undefined;

  /**
   * @param folder of the log; the data folder around it is locked
   * @param partial the folder in which the log is made
   */
  constructor(
    private readonly folder: string,
    private readonly partial: string,
  ) {}

  get name(): string {
    return `the event store ${this.folder}`;
  }

  async *present(): AsyncGenerator<readonly PresentEvent[]> {
    const there = [this.folder, this.partial].find(hasSegments);
    if (there === undefined) return;
    const log = await CommittedLog.open(there);
    try {
      yield* log.groups();
    } finally {
      log.close();
    }
  }

  ignores(): boolean {
    return false;
  }

  async write(events: readonly RecordedBytes[]): Promise<void> {
    this.#filler ??= await this.#open();
    const lasts = new Map<string, bigint>();
    for (const { stream, revision } of events) {
      const last = lasts.get(stream) ?? this.#filler.lastRevision(stream) ?? -1n;
      if (revision <= last) {
        throw new ArchiveError(`revision ${revision} of stream ${stream} comes after its revision ${last}`);
      }
      lasts.set(stream, revision);
    }
    await this.#filler.write(events);
  }

  /** Gives a complete log its place. */
  async finish(): Promise<void> {
    if (hasSegments(this.folder)) return;
    this.#filler ??= await this.#open();
    await this.close();
    await rename(this.partial, this.folder);
    await syncPath(dirname(this.folder));
  }

  async close(): Promise<void> {
    const filler = this.#filler;
    this.#filler = undefined;
    await filler?.close();
  }

  async #open(): Promise<LogFiller> {
    if (hasSegments(this.folder)) throw new ArchiveError(hasOnlyBeginning(this.folder));
    if (existsSync(this.folder) && readdirSync(this.folder).length > 0) {
      throw new ArchiveError(`${this.folder} is not empty: move it aside`);
    }
    if (!existsSync(this.partial)) await mkdir(this.partial, { mode: OWNER_ONLY });
    return LogFiller.open(this.partial);
  }
}

function hasOnlyBeginning(folder: string): string {
  return `the event store ${folder} holds only the first events of this export, and a server may have used it: move ${join(folder, '..')} aside, and import into an empty one`;
}
