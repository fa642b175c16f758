import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { readStored } from '#libs/engine/runtime/read-stored.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';

/** A stored persistent subscription: its stream and group, and its settings and state. */
export interface StoredSubscription {
  readonly name: string;
  readonly value: Buffer;
}

/*
 * The file, big-endian: "APLDGGRP", u32 checksum of the rest; then for each subscription u32 bytes of the name, u32 bytes
 * of the value, name, value.
 */
const MAGIC = Buffer.from('APLDGGRP');
const CHECKSUM = 8;
const HEADER_BYTES = 12;
const LENGTHS_BYTES = 8;
const OWNER_ONLY = 0o600;

/**
 * The persistent subscriptions. They are not events, so they have a file of their own, which each change
 * replaces atomically.
 */
export class StoredSubscriptions {
  #subscriptions: Map<string, Buffer> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** All of them, in order of name. @throws EventStoreUnavailableError the file is damaged */
  all(): readonly StoredSubscription[] {
    const subscriptions = Array.from(this.#known(), ([name, value]) => ({ name, value }));
    return subscriptions.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }

  /** Stores some, and deletes those whose value is undefined. Resolves when the change is on disk. */
  write(changes: ReadonlyMap<string, Buffer | undefined>): Promise<void> {
    const written = this.#writing.then(async () => {
      const subscriptions = new Map(this.#known());
      for (const [name, value] of changes) {
        if (value === undefined) subscriptions.delete(name);
        else subscriptions.set(name, value);
      }
      await exchange(this.path, encode(subscriptions));
      this.#subscriptions = subscriptions;
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** Waits for the current write. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #known(): Map<string, Buffer> {
    this.#subscriptions ??= existsSync(this.path) ? decode(readStored(this.path), this.path) : new Map();
    return this.#subscriptions;
  }
}

async function exchange(path: string, bytes: Buffer): Promise<void> {
  const partial = `${path}.tmp`;
  const file = await open(partial, 'w', OWNER_ONLY);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncPath(dirname(path));
}

function encode(subscriptions: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [Buffer.alloc(HEADER_BYTES)];
  for (const [name, value] of subscriptions) {
    const nameBytes = Buffer.from(name);
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt32BE(nameBytes.length, 0);
    lengths.writeUInt32BE(value.length, 4);
    parts.push(lengths, nameBytes, value);
  }
  const bytes = Buffer.concat(parts);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(checksumOf(bytes.subarray(HEADER_BYTES)), CHECKSUM);
  return bytes;
}

function decode(bytes: Buffer, path: string): Map<string, Buffer> {
  const isWhole =
    bytes.length >= HEADER_BYTES &&
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    bytes.readUInt32BE(CHECKSUM) === checksumOf(bytes.subarray(HEADER_BYTES));
  if (!isWhole) {
    throw new EventStoreUnavailableError(
      `${path}, which holds the groups of persistent subscriptions, is damaged: restore it from a backup, or remove it and make the subscriptions again`,
    );
  }
  const subscriptions = new Map<string, Buffer>();
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const nameEnd = at + LENGTHS_BYTES + bytes.readUInt32BE(at);
    const valueEnd = nameEnd + bytes.readUInt32BE(at + 4);
    subscriptions.set(bytes.toString('utf8', at + LENGTHS_BYTES, nameEnd), bytes.subarray(nameEnd, valueEnd));
    at = valueEnd;
  }
  return subscriptions;
}
