/** Entry point of the worker threads that background-check.ts starts: posts the report on a part of a file. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckRequest } from './background-check.js';
import { checkPart } from './check-file.js';

const { path, rules, part, seen } = workerData as CheckRequest;
parentPort?.postMessage(checkPart(path, rules, part, new Uint8Array(seen)));
