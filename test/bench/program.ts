import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { RecentOutput } from './recent-output.js';

const DIST = resolve(import.meta.dirname, '../..');
const READY = /listens on (https?:\/\/\S+)/;
const KEPT_OUTPUT_BYTES = 4_000;

/** A program that serves HTTP in a separate process. */
export interface Program {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to the line that says that it is ready. */
  readonly secondsToReady: number;
  /** Stops it and waits for its exit. @throws Error its exit code was not 0 */
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();
// What is still there when the benchmark fails or is interrupted.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Starts a built program and waits until it says `… listens on http://…`.
 *
 * @param path below dist, such as `programs/api.js`
 * @param env what is set for it on top of this process's environment; nothing of Appledger's own is inherited
 * @param nodeOptions options of Node.js, such as `--cpu-prof`
 */
export async function startProgram(
  path: string,
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<Program> {
  const since = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, join(DIST, path)], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const output = new RecentOutput(KEPT_OUTPUT_BYTES);
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk));
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  const ready = new Promise<string>((found) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.add(Buffer.from(`${line}\n`));
      const url = READY.exec(line)?.[1];
      if (url !== undefined) found(url);
    });
  });
  const failed = ended.then((code) => Promise.reject(new Error(`${path} ended with ${code}:\n${output.text}`)));
  const url = await Promise.race([ready, failed]);
  failed.catch(() => {}); // from now on stop() checks the exit code
  return {
    url,
    pid: child.pid ?? 0,
    secondsToReady: (performance.now() - since) / 1000,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`${path} ended with ${code} when asked to stop:\n${output.text}`);
    },
  };
}

/** Runs a built program to its end and returns its output. */
export async function outputOf(path: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, path)], {
    env: { ...bareEnvironment(), ...env },
  });
  return stdout.trim();
}

/** What a program has used from its start to its end. */
export interface MeasuredRun {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly maxResidentMb: number;
}

/** Runs a built program to its end, and measures it. */
export async function measuredRun(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<MeasuredRun> {
  const usage = join(DIST, 'test/bench/report-usage.js');
  const since = performance.now();
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', usage, join(DIST, path), ...args], {
    env: { ...bareEnvironment(), ...env },
  });
  const seconds = (performance.now() - since) / 1000;
  const { processorUs, maxResidentKb } = JSON.parse(stderr);
  return { seconds, processorSeconds: processorUs / 1_000_000, maxResidentMb: (maxResidentKb * 1024) / 1_000_000 };
}

/**
 * Runs work with a new folder and removes it afterwards. It is in dist and not in the system's temporary folder, which is
 * in memory on some machines: the benchmark measures a disk.
 */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(DIST, 'bench-data-'));
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
}

function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(APPLEDGER_|NODE_OPTIONS$)/.test(name)));
}
