/** A thread that generates keys: one for each message. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { newAppKey } from './app-key.js';

/** On a machine that is busy, requests come before keys. */
const NICENESS = 5;

// On Linux this is the priority of the calling thread alone; elsewhere it would be that of the whole process.
if (process.platform === 'linux') setPriority(NICENESS);

parentPort?.on('message', () => parentPort?.postMessage(newAppKey()));
