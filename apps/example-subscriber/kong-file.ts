import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { type Application, learned } from './application.js';
import type { ApplicationEvent } from './application-event.js';
import { consumerOf, TAG } from './kong-consumer.js';

const FORMAT_VERSION = '3.0';
const NEW_FILE = `_format_version: "${FORMAT_VERSION}"\n`;

/** Kong ignores this key. The facts stand here, so that one replacement of the file changes them and the consumers. */
const FACTS = '_ignore';

/** The file is not what this subscriber writes; it is left as it is. */
export class BrokenFileError extends Error {
  override readonly name = 'BrokenFileError';
}

/**
 * Kong's declarative configuration, with the consumers of applications beside what others have written into it. One
 * process at a time may write it.
 */
export class KongFile {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  /**
   * Enters an event. When it resolves, the file has what the event says, also after a power failure.
   *
   * @returns whether the file has changed: an event that arrives again changes nothing
   * @throws UnprocessableEventError the event lacks what its type says
   * @throws BrokenFileError the file cannot be read
   */
  enter(event: ApplicationEvent): Promise<boolean> {
    const entered = this.#last.then(() => this.#enter(event));
    this.#last = entered.catch(() => undefined);
    return entered;
  }

  async #enter(event: ApplicationEvent): Promise<boolean> {
    const document = parsed(this.path, await textOf(this.path));
    const facts = listIn(document, FACTS);
    const isOfApplication = (item: unknown) => isMap(item) && item.get('application') === event.applicationId;
    const index = facts.items.findIndex(isOfApplication);
    const known = (facts.items[index] as { toJSON(): Application } | undefined)?.toJSON();
    const before: Application = known ?? { application: event.applicationId };
    const after = learned(before, event);
    if (after === before) return false;
    facts.items.splice(index < 0 ? facts.items.length : index, 1, document.createNode(after));
    replaceConsumer(document, after);
    await replaceFile(this.path, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
    return true;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NEW_FILE;
    throw error;
  }
}

function parsed(path: string, text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  const fault =
    error?.message ??
    (isMap(document.contents) && document.get('_format_version') === FORMAT_VERSION
      ? undefined
      : `it has no _format_version: "${FORMAT_VERSION}"`);
  if (fault === undefined) return document;
  throw new BrokenFileError(
    `${path} is no declarative configuration of Kong (${fault}): correct it, or restore a copy`,
  );
}

function listIn(document: Document, key: string): YAMLSeq {
  const list = document.get(key);
  if (isSeq(list)) {
    if (list.items.length === 0) list.flow = false; // an empty list stands in brackets, and others in lines
    return list;
  }
  const created = new YAMLSeq();
  document.set(key, created);
  return created;
}

function replaceConsumer(document: Document, application: Application): void {
  const username = `application-${application.application}`;
  const consumers = listIn(document, 'consumers');
  const index = consumers.items.findIndex(
    (item) => isMap(item) && item.get('username') === username && isOwn(item.toJSON()),
  );
  const consumer = consumerOf(application);
  const nodes = consumer === undefined ? [] : [document.createNode(consumer)];
  if (index >= 0) consumers.items.splice(index, 1, ...nodes);
  else consumers.items.push(...nodes);
}

function isOwn({ tags = [] }: { readonly tags?: readonly string[] }): boolean {
  return tags.includes(TAG);
}

/** Replaces a file as a whole: a reader, or a process that begins after a crash, sees the old or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  const written = `${path}.${randomUUID()}`;
  try {
    await withFile(written, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode, async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
  await withFile(dirname(path), constants.O_RDONLY, undefined, (folder) => folder.sync());
}

async function withFile(
  path: string,
  flags: number,
  mode: number | undefined,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, mode);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
