import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import { ArchiveError } from './archive.errors.js';
import {
  type ArchiveChoices,
  type ArchiveChunk,
  type ArchiveManifest,
  archiveManifest,
  MANIFEST_FILE,
  PARTIAL_MANIFEST_FILE,
  readManifest,
} from './archive-manifest.js';
import { ChunkFile } from './chunk-file.js';
import { FILE_ENDING } from './compression.js';
import { EventLines, PIECE_CHARACTERS } from './event-lines.js';

/** A chunk ends with the event that reaches this much text. An interrupted export repeats one chunk. */
const CHUNK_BYTES = 32 * 1_048_576;

const CHUNK_NAME = /^events-\d+\.ndjson/;
const NAME_DIGITS = 12;

/** What an archive is written with. */
export interface ArchiveOptions {
  readonly program: string;
  readonly choices: ArchiveChoices;
  /** Default: {@link CHUNK_BYTES}. */
  readonly chunkBytes?: number;
}

interface OpenChunk {
  readonly name: string;
  readonly file: ChunkFile;
  readonly first: RecordedBytes;
  /** The number of events before it. */
  readonly before: number;
}

/**
 * Writes an archive: chunk after chunk, each on disk before it is listed in the partial manifest, and the manifest last.
 * Whatever ends the process, the folder holds a complete archive or one that can be continued.
 */
export class ArchiveWriter {
  readonly #lines = new EventLines();
  readonly #chunks: ArchiveChunk[];
  #chunk: OpenChunk | undefined;
  #finishing: Promise<void> = Promise.resolve();
  #last: RecordedBytes | undefined;
  #events: number;

  private constructor(
    private readonly folder: string,
    private readonly options: ArchiveOptions,
    chunks: readonly ArchiveChunk[],
  ) {
    this.#chunks = [...chunks];
    this.#events = chunks.reduce((sum, { events }) => sum + events, 0);
  }

  /**
   * Begins an archive in an existing folder, or continues the one that an interrupted export has left there.
   *
   * @throws ArchiveError the folder has a complete archive, or one that was begun with other choices or from another log
   */
  static async open(folder: string, options: ArchiveOptions): Promise<ArchiveWriter> {
    if (existsSync(join(folder, MANIFEST_FILE))) {
      throw new ArchiveError(`${folder} holds a complete export already: name another folder`);
    }
    if (!existsSync(join(folder, PARTIAL_MANIFEST_FILE))) {
      const writer = new ArchiveWriter(folder, options, []);
      await writer.#writeManifest(PARTIAL_MANIFEST_FILE);
      return writer;
    }
    const begun = await readManifest(folder, PARTIAL_MANIFEST_FILE);
    for (const name of ['log', 'streams', 'compression', 'from', 'to'] as const) {
      if (begun[name] === options.choices[name]) continue;
      const [then, now] = [begun[name] ?? 'none', options.choices[name] ?? 'none'];
      throw new ArchiveError(
        `${folder} holds an unfinished export with another choice of ${name} (${then}, now ${now}): repeat the command with which it began, or name another folder`,
      );
    }
    const listed = new Set(begun.chunks.map(({ file }) => file));
    for (const name of await readdir(folder)) {
      if (CHUNK_NAME.test(name) && !listed.has(name)) await rm(join(folder, name));
    }
    return new ArchiveWriter(folder, options, begun.chunks);
  }

  /** The last chunk on disk when the archive was opened, or since; the export continues after it. */
  get lastChunk(): ArchiveChunk | undefined {
    return this.#chunks.at(-1);
  }

  /** The number of events that have been written. */
  get events(): number {
    return this.#events;
  }

  /** Writes events, which follow those before. @throws Error the disk fails, for example because it is full */
  async write(events: readonly RecordedBytes[]): Promise<void> {
    for (const event of events) {
      this.#chunk ??= await this.#begin(event);
      this.#lines.add(event);
      this.#last = event;
      this.#events += 1;
      if (this.#lines.characters >= PIECE_CHARACTERS) await this.#chunk.file.add(this.#lines.take());
      const { chunkBytes = CHUNK_BYTES } = this.options;
      if (this.#chunk.file.bytes + this.#lines.characters >= chunkBytes) await this.#end();
    }
  }

  /** Completes the archive. @param ledgerCheckpoint the checkpoint of the ledger, where there is one */
  async finish(ledgerCheckpoint?: string): Promise<ArchiveManifest> {
    await this.#end();
    await this.#finishing;
    const manifest = this.#writeManifest(MANIFEST_FILE, ledgerCheckpoint);
    await rm(join(this.folder, PARTIAL_MANIFEST_FILE));
    return manifest;
  }

  /** Closes the files after a failure; the chunks on disk remain, to be continued. */
  async abandon(): Promise<void> {
    await this.#finishing.catch(() => undefined);
    await this.#chunk?.file.abandon();
  }

  async #begin(first: RecordedBytes): Promise<OpenChunk> {
    const { compression } = this.options.choices;
    const number = String(this.events).padStart(NAME_DIGITS, '0');
    const name = `events-${number}.ndjson${FILE_ENDING[compression]}`;
    const file = await ChunkFile.create(join(this.folder, name), compression);
    return { name, file, first, before: this.#events };
  }

  /** Ends the chunk. It comes to disk while the next one is filled. */
  async #end(): Promise<void> {
    const [chunk, last] = [this.#chunk, this.#last];
    if (chunk === undefined || last === undefined) return;
    await chunk.file.add(this.#lines.take());
    await this.#finishing;
    this.#chunk = undefined;
    this.#finishing = this.#settle(chunk, last, this.#events - chunk.before);
    this.#finishing.catch(() => undefined); // It is awaited before the next chunk ends.
  }

  async #settle({ name, file, first }: OpenChunk, last: RecordedBytes, events: number): Promise<void> {
    const sha256 = await file.finish();
    const positions = { firstPosition: `${first.position}`, lastPosition: `${last.position}` };
    this.#chunks.push({ file: name, events, ...positions, lastId: last.id, bytes: file.bytes, sha256 });
    this.#writeManifest(PARTIAL_MANIFEST_FILE);
  }

  #writeManifest(name: string, ledgerCheckpoint?: string): ArchiveManifest {
    const { program, choices } = this.options;
    const madeAt = new Date().toISOString();
    const manifest = archiveManifest({ program, madeAt, choices, chunks: this.#chunks, ledgerCheckpoint });
    replaceFile(join(this.folder, name), `${JSON.stringify(manifest, undefined, 2)}\n`);
    return manifest;
  }
}
