import { closeSync, cpSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { placeSeed } from '#libs/engine/event-store/embedded/place-seed.js';
import { RECORD_TRAILER_BYTES } from '#libs/engine/event-store/embedded/record-layout.js';
import { Segment } from '#libs/engine/event-store/embedded/segments/segment.js';
import { SegmentCursor } from '#libs/engine/event-store/embedded/segments/segment-cursor.js';
import { SEGMENT_HEADER_BYTES } from '#libs/engine/event-store/embedded/segments/segment-header.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { ledgerKey } from '#libs/engine/ledger/keys/ledger-key.js';
import { LEDGER_FOLDER, type SignedCheckpoint, signedCheckpointIn } from '#libs/engine/ledger/tree/ledger-folder.js';
import { runLedger } from '#libs/engine/ledger/tree/ledger-runner.js';
import { domainEvents } from '#libs/engine/ledger/tree/ledger-source.js';
import type { LedgerStatus } from '#libs/engine/ledger/tree/ledger-status.js';
import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { EmbeddedSource } from '#libs/registry/composition/ledger/embedded-source.js';
import { ledgerStreams } from '#libs/registry/composition/ledger/ledger-streams.js';
import { ToldHead } from '#libs/registry/composition/ledger/told-head.js';
import { features } from '#libs/registry/features.js';
import { eventsIn } from './event-log.js';
import { tempFolder } from './temp-folder.js';

/** The events that are in a ledger. */
export const isDomainEvent = domainEvents(ledgerStreams(features.streams));

/**
 * Keeps the ledger of a data folder as a server does, until it is current, or fails, or gives up.
 *
 * @param lacking so many positions are told that the log does not have
 */
export async function keepLedger(
  dataDir: string,
  lacking = 0n,
): Promise<{ readonly status: LedgerStatus; readonly checkpoint: SignedCheckpoint | undefined }> {
  const folder = join(dataDir, LEDGER_FOLDER);
  const signer = ledgerKey(folder, { key: undefined, origin: undefined }, true);
  if (signer === undefined) throw new Error('there is no key');
  const heads = new ToldHead();
  heads.tell(((await eventsIn(dataDir)).at(-1)?.position ?? -1n) + lacking);
  const ended = new AbortController();
  let last: LedgerStatus = { state: 'off' };
  const source = new EmbeddedSource(join(dataDir, EVENT_STORE_FOLDER), '', heads);
  const status = (now: LedgerStatus) => {
    last = now;
    if (now.state !== 'checking') ended.abort();
  };
  const told = { signed: () => undefined, status, compared: () => undefined };
  await runLedger({ folder, signer, source, isDomainEvent, ...told }, ended.signal);
  return { status: last, checkpoint: signedCheckpointIn(folder) };
}

/** A data folder with the ledger of another one, and with these events in place of its own. */
export async function withEvents(dataDir: string, events: readonly RecordedEvent[]): Promise<string> {
  const copy = tempFolder();
  cpSync(join(dataDir, LEDGER_FOLDER), join(copy, LEDGER_FOLDER), { recursive: true });
  const store = await openEmbeddedEventStore({ path: copy, readOnly: false });
  for (const { id, stream, type, data, metadata } of events) {
    await store.append(stream, [{ id, type, data, metadata }], 'any');
  }
  await store.close();
  return copy;
}

/** Changes a text in the records of a log to another one of the same length, and gives the records right checksums. */
export function changeOnDisk(dataDir: string, from: string, to: string): number {
  const folder = join(dataDir, EVENT_STORE_FOLDER);
  let changed = 0;
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.log'))) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const file = openSync(path, 'r+'); // A server that runs may append to it meanwhile.
    const segment = new Segment(folder, Number(name.replace('.log', '')), statSync(path).size);
    const cursor = new SegmentCursor(segment, SEGMENT_HEADER_BYTES, segment.firstPosition);
    while (cursor.next() === 'record') {
      const record = bytes.subarray(cursor.offset, cursor.offset + cursor.length);
      const at = record.indexOf(from);
      if (at < 0) continue;
      record.write(to, at);
      const trailer = record.length - RECORD_TRAILER_BYTES;
      const seed = placeSeed(segment.firstPosition, cursor.offset);
      record.writeUInt32BE(checksumOf(record.subarray(0, trailer), seed), trailer);
      writeSync(file, record, 0, record.length, cursor.offset);
      changed += 1;
    }
    segment.release();
    closeSync(file);
  }
  return changed;
}

/** A copy of a data folder. */
export function copyOfFolder(dataDir: string): string {
  const copy = tempFolder();
  cpSync(dataDir, copy, { recursive: true });
  rmSync(join(copy, 'control.sock'), { force: true });
  return copy;
}
