import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram } from './built-program.js';
import { forShortLives } from './node-options.js';

const MAIN = builtProgram('appledger');

/** The result of a command line tool. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `appledger` with the arguments, on the stores that the environment configures. */
export function appledger(args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliRun> {
  return runProgram(process.execPath, [...forShortLives, MAIN, ...args], env);
}

/** Runs `appledger` in a process that cannot write more than a kilobyte to a file, as on a full disk. */
export function appledgerWithoutRoom(args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliRun> {
  const shell = ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, ...forShortLives, MAIN, ...args];
  return runProgram('bash', shell, env);
}

/** Runs a program as the user `tester`, with only PATH of the test's environment. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<CliRun> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, USER: 'tester', ...env },
    stdio: ['ignore', 'pipe', 'pipe'], // bash reads ~/.bashrc first when its input is a socket
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk) => {
      output[stream] += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...output };
}
