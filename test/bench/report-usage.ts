/** Loaded into a process with --import: writes what it has used to standard error when it ends. */
import { writeSync } from 'node:fs';

const STDERR = 2;

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(STDERR, `${JSON.stringify({ processorUs: userCPUTime + systemCPUTime, maxResidentKb: maxRSS })}\n`);
});
