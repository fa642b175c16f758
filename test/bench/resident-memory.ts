import { readFileSync } from 'node:fs';

const KIBIBYTES_PER_MB = 1_000_000 / 1_024;

/** All of it, a process's own, and pages of mapped files, which the system takes back when it needs them. */
const COLUMNS = ['VmRSS', 'RssAnon', 'RssFile'] as const;

export type ResidentMemory = Readonly<Record<(typeof COLUMNS)[number], number>>;

/** A process's resident memory as Linux counts it, in MB; undefined on other systems. */
export function residentMemory(pid: number | 'self'): ResidentMemory | undefined {
  if (process.platform !== 'linux') return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rows = COLUMNS.map((column) => {
    const kibibytes = Number(new RegExp(`^${column}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
    return [column, kibibytes / KIBIBYTES_PER_MB];
  });
  return Object.fromEntries(rows) as ResidentMemory;
}
