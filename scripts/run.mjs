import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './workspace.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SIGNAL_EXIT_CODE = 128; // a shell's convention: 128 and the signal's number

/**
 * Runs a program in the repository's folder until it ends, and forwards signals to it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 * @param {(text: string) => void} [onError] gets what the program writes to a piped standard error
 * @returns {Promise<number>} its exit code
 */
export function run(program, args, stdio = 'inherit', onError = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    child.stderr?.setEncoding('utf8').on('data', onError);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of FORWARDED) process.removeListener(name, forward);
      resolve(code ?? SIGNAL_EXIT_CODE + constants.signals[signal]);
    });
  });
}

/** Runs a JavaScript file with this Node. */
export const runNode = (args, stdio, onError) => run(process.execPath, args, stdio, onError);
