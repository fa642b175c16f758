/** The script of the worker thread in which expensive expressions are matched: see expression-worker.ts. */
import { parentPort } from 'node:worker_threads';
import { type MatchRequest, matchNames } from './match-names.js';

parentPort?.on('message', (request: MatchRequest) => parentPort?.postMessage(matchNames(request)));
