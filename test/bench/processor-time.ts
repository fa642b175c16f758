import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever its own clock does. */
const MS_PER_TICK = 10;

/** The processor time that a process has used, in milliseconds; undefined on systems other than Linux. */
export function processorMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // The name of the program comes first, in parentheses, and may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
