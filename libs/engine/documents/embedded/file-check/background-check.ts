import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import type { FileRules } from './check-file.js';

/**
 * Checks a file as {@link fileFault} does, in a thread of its own.
 *
 * @param abandoned ends the check: the promise then rejects
 */
export async function faultInBackground(
  path: string,
  rules: FileRules,
  abandoned: AbortSignal,
): Promise<string | undefined> {
  const worker = new Worker(workerScript('./check-worker.js', import.meta.url), { workerData: { path, rules } });
  try {
    const [fault] = await once(worker, 'message', { signal: abandoned });
    return fault;
  } finally {
    await worker.terminate();
  }
}
