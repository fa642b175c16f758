import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { count, type Infer, object, type Shape, text, time } from '#libs/engine/kernel/shape.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { StoreContents } from '#libs/registry/composition/check-stores.js';

/** The file that lists the content of a back-up. */
export const MANIFEST_FILE = 'backup.json';

/** Increased when the layout of back-ups changes. */
const FORMAT = 1;

const fileShape = object({ path: text, bytes: count, sha256: text });

/** A file of a back-up. Its path is relative, with `/` between its parts. */
export type BackupFile = Infer<typeof fileShape>;

/** The content of a back-up. */
export interface BackupManifest extends StoreContents {
  readonly format: typeof FORMAT;
  /** The version of Appledger that made it. */
  readonly version: string;
  readonly madeAt: string;
  readonly files: readonly BackupFile[];
}

const factsShape = object({
  version: text,
  madeAt: time,
  identity: text,
  events: count,
  streams: count,
  position: text,
});

/** The folder is not a back-up, or has changed since it was made. The message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Builds the manifest of a back-up. */
export function newManifest(facts: Omit<BackupManifest, 'format'>): BackupManifest {
  return { format: FORMAT, ...facts };
}

/** Reads the manifest of a back-up. @throws BackupError there is none, or it has a newer version */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, MANIFEST_FILE);
  const value = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch((cause: unknown) => {
      throw new BackupError(`${folder} is no back-up: ${MANIFEST_FILE} cannot be read (${messageOf(cause)})`, {
        cause,
      });
    });
  if (value?.format !== undefined && value.format !== FORMAT) {
    throw new BackupError(`${folder} has format ${value.format}, this program reads ${FORMAT}: use a newer version`);
  }
  const fault = faultOf(value);
  if (fault !== undefined) throw new BackupError(`${folder} is no back-up: in ${MANIFEST_FILE} ${fault}`);
  return value;
}

/** One line about the copied content. */
export function contentsText({ events, streams, position, documents }: StoreContents): string {
  const numbers = Object.entries(documents ?? {}).map(([name, number]) => `${number.toLocaleString('en-US')} ${name}`);
  const built =
    numbers.length === 0 ? 'no documents: they are built from the events' : `documents: ${numbers.join(', ')}`;
  return `${events.toLocaleString('en-US')} events in ${streams.toLocaleString('en-US')} streams up to position ${position}; ${built}`;
}

function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'there is no object';
  const { format: _, files, documents, ...facts } = value as Record<string, unknown>;
  if (!Array.isArray(files)) return 'files must be a list';
  if (documents !== undefined && typeof documents !== 'object') return 'documents must be an object';
  return factsShape.fault(facts, 'it') ?? files.map((file, index) => fileFault(file, `files[${index}]`)).find(isText);
}

/** A path that leads out of the folder would overwrite something else. */
function fileFault(file: unknown, at: string): string | undefined {
  const fault = (fileShape as Shape<unknown>).fault(file, at);
  if (fault !== undefined) return fault;
  const { path } = file as BackupFile;
  const isInside = path !== '' && !isAbsolute(path) && normalize(path) === path && !path.startsWith('..');
  return isInside ? undefined : `${at}.path must lead to a file in the folder`;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
