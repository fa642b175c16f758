import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import { type FileRules, faultOf, PARTS, type Part, type PartReport, seenBytes } from './check-file.js';

/** What a thread gets. */
export interface CheckRequest {
  readonly path: string;
  readonly rules: FileRules;
  readonly part: Part;
  /** The pages that were seen in the parts. */
  readonly seen: SharedArrayBuffer;
}

/**
 * Checks a file as `fileFault` does, in a thread for each of its parts.
 *
 * @param abandoned ends the check: the promise then rejects
 */
export async function faultInBackground(
  path: string,
  rules: FileRules,
  abandoned: AbortSignal,
): Promise<string | undefined> {
  const seen = new SharedArrayBuffer(seenBytes(path));
  return faultOf(await Promise.all(PARTS.map((part) => reportOf({ path, rules, part, seen }, abandoned))));
}

async function reportOf(request: CheckRequest, abandoned: AbortSignal): Promise<PartReport> {
  const worker = new Worker(workerScript('./check-worker.js', import.meta.url), { workerData: request });
  try {
    const [report] = await once(worker, 'message', { signal: abandoned });
    return report;
  } finally {
    await worker.terminate();
  }
}
