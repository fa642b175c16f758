import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count, type Infer, object, oneOf, optional, type Shape, text, time } from '#libs/engine/kernel/shape.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ArchiveError } from './archive.errors.js';

/** The file that says what a complete archive contains. */
export const MANIFEST_FILE = 'manifest.json';

/** The same of an archive that is not complete yet: the chunks that are on disk. */
export const PARTIAL_MANIFEST_FILE = 'manifest.partial.json';

/** Increased when an older program could not read the archive. */
const VERSION = 1;

/** The largest chunk that is read: a damaged one may be a single line, which is in memory as a whole. */
const MAX_CHUNK_BYTES = 256 * 1_048_576;

const chunkShape = object({
  file: text,
  events: count,
  firstPosition: text,
  lastPosition: text,
  lastId: text,
  bytes: count,
  sha256: text,
});

/**
 * A file of an archive: how many events it has, the positions of its first and last one, the id of its last one, and the
 * length and SHA-256 of its text before compression.
 */
export type ArchiveChunk = Infer<typeof chunkShape>;

const choicesShape = object({
  streams: oneOf('own', 'all'),
  compression: oneOf('none', 'gzip'),
  log: optional(text),
  from: optional(text),
  to: optional(text),
});

/**
 * What an export was told to write: all streams or those of the application only, how the files are compressed, the
 * identity of the log, and the range of positions where it is not the whole log.
 */
export type ArchiveChoices = Infer<typeof choicesShape>;

/** The content of an archive. */
export interface ArchiveManifest extends ArchiveChoices {
  readonly format: 'appledger-events';
  readonly version: typeof VERSION;
  /** The version of the program that wrote it. */
  readonly program: string;
  readonly madeAt: string;
  readonly events: number;
  /** Absent when there are no events. */
  readonly firstPosition?: string;
  readonly lastPosition?: string;
  /** SHA-256 of the chunks' SHA-256, each in hexadecimal and followed by a line feed. */
  readonly sha256: string;
  /** The signed checkpoint of the ledger, where the source has one. */
  readonly ledgerCheckpoint?: string;
  readonly chunks: readonly ArchiveChunk[];
}

/** What is known when chunks have been written. */
export interface ArchiveFacts {
  readonly program: string;
  readonly madeAt: string;
  readonly choices: ArchiveChoices;
  readonly chunks: readonly ArchiveChunk[];
  readonly ledgerCheckpoint?: string | undefined;
}

/** Makes the manifest of chunks. */
export function archiveManifest({ program, madeAt, choices, chunks, ledgerCheckpoint }: ArchiveFacts): ArchiveManifest {
  const [first, last] = [chunks[0], chunks.at(-1)];
  return {
    format: 'appledger-events',
    version: VERSION,
    program,
    madeAt,
    ...choices,
    events: chunks.reduce((sum, { events }) => sum + events, 0),
    ...(first && { firstPosition: first.firstPosition }),
    ...(last && { lastPosition: last.lastPosition }),
    sha256: hashOf(chunks),
    ...(ledgerCheckpoint !== undefined && { ledgerCheckpoint }),
    chunks,
  };
}

/**
 * Reads the manifest of an archive.
 *
 * @throws ArchiveError there is none, it has another version, or it contradicts itself
 */
export async function readManifest(folder: string, file = MANIFEST_FILE): Promise<ArchiveManifest> {
  const path = join(folder, file);
  const value = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch((cause: unknown) => {
      throw new ArchiveError(`${folder} is no export: ${file} cannot be read (${messageOf(cause)})`, { cause });
    });
  if (value?.format === 'appledger-events' && value.version !== VERSION) {
    throw new ArchiveError(
      `${folder} has format version ${value.version}, this program reads ${VERSION}: use the version of Appledger that wrote it (${value.program}) or a newer one`,
    );
  }
  const fault = faultOf(value);
  if (fault !== undefined) throw new ArchiveError(`${folder} is no export: in ${file} ${fault}`);
  return value;
}

const manifestShape = object({
  format: oneOf('appledger-events'),
  version: count,
  program: text,
  madeAt: time,
  events: count,
  firstPosition: optional(text),
  lastPosition: optional(text),
  sha256: text,
  ledgerCheckpoint: optional(text),
});

function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'there is no object';
  const { chunks, streams, compression, log, from, to, ...facts } = value as Record<string, unknown>;
  if (!Array.isArray(chunks)) return 'chunks must be a list';
  const fault =
    choicesShape.fault(present({ streams, compression, log, from, to }), 'it') ??
    manifestShape.fault(facts, 'it') ??
    chunks.map((chunk, index) => chunkFault(chunk, `chunks[${index}]`)).find((found) => found !== undefined);
  if (fault !== undefined) return fault;
  const events = chunks.reduce((sum: number, chunk: ArchiveChunk) => sum + chunk.events, 0);
  if (events !== facts.events) return `events is ${facts.events}, and the chunks have ${events}`;
  return hashOf(chunks) === facts.sha256 ? undefined : 'sha256 is not that of the chunks';
}

/** A name that leads out of the folder would read something else. */
function chunkFault(chunk: unknown, at: string): string | undefined {
  const fault = (chunkShape as Shape<unknown>).fault(chunk, at);
  if (fault !== undefined) return fault;
  const { file, bytes } = chunk as ArchiveChunk;
  if (!/^[\w-][\w.-]*$/.test(file)) return `${at}.file must be the name of a file in the folder`;
  return bytes <= MAX_CHUNK_BYTES ? undefined : `${at}.bytes is more than ${MAX_CHUNK_BYTES}: make smaller chunks`;
}

function hashOf(chunks: readonly ArchiveChunk[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of chunks) hash.update(`${sha256}\n`);
  return hash.digest('hex');
}

function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
