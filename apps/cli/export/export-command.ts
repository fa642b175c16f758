import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { command, onlyWord } from '../command.js';
import { number } from '../rate-of.js';
import { UsageError } from '../usage-error.js';

const HELP = `Writes the events into the new folder TO, as lines of JSON that "import" and other programs can read: of the
EventStoreDB that APPLEDGER_EVENTSTORE_URL names, otherwise of the embedded event store in APPLEDGER_DATA_DIR. A server
may be running: events that it appends meanwhile may be left out.

Usage: npm run -s appledger -- export TO [--compress gzip] [--from POSITION] [--to POSITION] [--all] [--json]

  TO               the folder; it must not exist, or hold what an interrupted export has left
  --compress gzip  compresses the files
  --from, --to     the first and the last position to export. Only an export without --from can be imported
  --all            also exports streams that other programs have written into the embedded event store

TO gets files of about 32 MB of text, and manifest.json with counts, positions, checksums, and the identity of the log.
manifest.json is written last: a folder without it is not complete. An export that was interrupted, in whatever way, is
continued by the same command. The events hold the hashes of secrets, so only the owner can read the files.

Example:
  npm run -s appledger -- export ../appledger-events --compress gzip

See import --help, and docs/export.md, which describes the format.`;

/** `appledger export TO`. */
export const exportCommand = command({
  name: 'export',
  help: HELP,
  options: {
    compress: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    all: { type: 'boolean' },
  },
  run: async ({ compress, from, to, all = false }, words, tell) => {
    const folder = onlyWord('export', words, 'the folder to write to');
    if (compress !== undefined && compress !== 'gzip') throw new UsageError(`--compress takes gzip (got ${compress})`);
    const request = {
      to: folder,
      compression: compress ?? 'none',
      all,
      firstPosition: position('--from', from),
      lastPosition: position('--to', to),
    } as const;
    if (from !== undefined && to !== undefined && BigInt(from) > BigInt(to)) {
      throw new UsageError(`--from must not be behind --to (got ${from} and ${to})`);
    }
    const { exportEvents } = await import('./export-events.js'); // loads the stores, which a help text does not need
    const exported = await exportEvents(readConfiguration(process.env), request, tell);
    const { manifest, before, leftOut } = exported;
    const already = before === 0 ? '' : `, ${number(before)} of them by an earlier start`;
    const lines = [`${number(manifest.events)} events exported into ${exported.folder}${already}`];
    if (leftOut > 0)
      lines.push(`${number(leftOut)} events of other streams left out${all ? '' : ': --all exports them'}`);
    const { chunks, ...facts } = manifest;
    return { lines, data: { folder: exported.folder, ...facts, chunks: chunks.length, before, leftOut }, ok: true };
  },
});

function position(option: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,19}$/.test(text) && BigInt(text) <= MAX_INT64) return BigInt(text);
  throw new UsageError(`${option} takes a position, a whole number from 0 (got ${text})`);
}
