import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever its own clock does. */
const MS_PER_TICK = 10;

/** The processor time that a process has used, in milliseconds; undefined on systems other than Linux. */
export function processorMs(pid: number): number | undefined {
  return process.platform === 'linux' ? usedMs(`/proc/${pid}/stat`) : undefined;
}

/**
 * The processor time that each thread of a process has used, in milliseconds by the thread's id; empty on systems other
 * than Linux. The id of the first thread is that of the process.
 */
export function processorMsByThread(pid: number): ReadonlyMap<number, number> {
  if (process.platform !== 'linux') return new Map();
  const threads = readdirSync(`/proc/${pid}/task`);
  return new Map(threads.map((thread) => [Number(thread), usedMs(`/proc/${pid}/task/${thread}/stat`)]));
}

function usedMs(statFile: string): number {
  // The name of the program comes first, in parentheses, and may contain spaces.
  const fields = readFileSync(statFile, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
