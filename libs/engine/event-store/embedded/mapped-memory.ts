import { readFileSync } from 'node:fs';

const KIBIBYTE = 1024;

/**
 * How much of this process's resident memory is pages of mapped files, in bytes; undefined where the system does not
 * tell (it does on Linux).
 */
export function mappedBytes(): number | undefined {
  try {
    const kibibytes = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * KIBIBYTE;
  } catch {
    return undefined;
  }
}
