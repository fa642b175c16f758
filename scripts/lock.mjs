import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
const GIVE_UP_MS = 15 * 60_000; // longer than an installation over a slow line
const NAMELESS_MS = 5_000; // a holder writes its pid at once; a folder without one after this time is left from a crash

/**
 * Runs `work` while no other process holds the same lock folder. A folder of a process that no longer exists is taken
 * over.
 *
 * @param {string} folder the lock: it exists as long as it is held
 * @param {() => Promise<void>} work
 * @param {(holder: number | undefined) => void} onWait called once if another process has to be waited for
 */
export async function withLock(folder, work, onWait) {
  const since = Date.now();
  let told = false;
  while (!tryTake(folder)) {
    const holder = holderOf(folder);
    if (isStale(folder, holder)) {
      removeStale(folder, holder);
      continue;
    }
    if (Date.now() - since > GIVE_UP_MS) {
      throw new Error(
        `process ${holder} has held ${folder} for too long: end it, or remove that folder, and try again`,
      );
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(POLL_MS);
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function tryTake(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'pid'), `${process.pid}\n`);
  return true;
}

/** The pid in the lock; undefined while it is not written yet, or when the lock has just gone. */
function holderOf(folder) {
  try {
    return Number.parseInt(readFileSync(join(folder, 'pid'), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isStale(folder, holder) {
  if (holder !== undefined) return !isAlive(holder);
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > NAMELESS_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renames a stale lock before deleting it, so that only one of two processes does; puts back a lock that is not stale. */
function removeStale(folder, holder) {
  const aside = `${folder}.stale-${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch {
    return; // another process was faster
  }
  if (holderOf(aside) !== holder) {
    renameSync(aside, folder);
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}
