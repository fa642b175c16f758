/** A thread that generates keys: one for each message. */
import { parentPort } from 'node:worker_threads';
import { giveWay } from '#libs/engine/runtime/give-way.js';
import { newAppKey } from './app-key.js';

giveWay(); // On a machine that is busy, requests come before keys.

parentPort?.on('message', () => parentPort?.postMessage(newAppKey()));
