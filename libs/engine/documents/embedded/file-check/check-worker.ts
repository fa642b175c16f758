/** Entry point of the worker thread that background-check.ts starts: posts the fault of a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { type FileRules, fileFault } from './check-file.js';

const { path, rules } = workerData as { readonly path: string; readonly rules: FileRules };
parentPort?.postMessage(fileFault(path, rules));
