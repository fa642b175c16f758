/** Entry point of the worker thread that expression-worker.ts starts. */
import { parentPort } from 'node:worker_threads';
import { type MatchRequest, matchNames } from './expression-match.js';

parentPort?.on('message', (request: MatchRequest) => parentPort?.postMessage(matchNames(request)));
