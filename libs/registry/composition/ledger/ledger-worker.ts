/** The thread that keeps the ledger: what it does costs the thread that serves requests nothing. */
import { parentPort, workerData } from 'node:worker_threads';
import { runLedger } from '#libs/engine/ledger/tree/ledger-runner.js';
import { domainEvents } from '#libs/engine/ledger/tree/ledger-source.js';
import { giveWay } from '#libs/engine/runtime/give-way.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { parseSigner } from '#libs/engine/transparency/notes/note-key.js';
import type { FromLedger, LedgerTask, ToLedger } from './ledger-messages.js';
import { openSource } from './open-source.js';
import { ToldHead } from './told-head.js';

const task = workerData as LedgerTask;
const stopping = new AbortController();
const heads = new ToldHead();

const tell = (message: FromLedger) => parentPort?.postMessage(message);
const line = (level: 'info' | 'warn' | 'error') => (fields: object, message: string) =>
  tell({ level, fields: plain(fields), message });
const log: Log = { info: line('info'), warn: line('warn'), error: line('error') };

parentPort?.on('message', (message: ToLedger) => {
  if ('head' in message) heads.tell(message.head);
  else stopping.abort();
});

/** Errors lose their own fields on the way to another thread. */
function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? messageOf(value) : value]),
  );
}

giveWay();

const signer = parseSigner(task.key);
if (signer === undefined) throw new Error('the key of the ledger cannot be read');
const { source, close } = await openSource(task, { heads, damaged: (position) => tell({ damagedAt: position }) }, log);
try {
  await runLedger(
    {
      folder: task.folder,
      signer,
      source,
      isDomainEvent: domainEvents(task.kinds),
      signed: ({ note }) => tell({ checkpoint: note }),
      status: (status) => tell({ status }),
      compared: (events, signed) =>
        log.info({ events, signed }, 'the ledger compares the event log with what was signed'),
    },
    stopping.signal,
  );
} finally {
  await close();
  parentPort?.close();
}
