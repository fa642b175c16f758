/**
 * Notes uses of credentials in a process of its own, in a folder of stored times, and stores them again and again. Writes
 * the time of the last uses that are stored to standard output, a line each.
 *
 * Usage: node usage-child.js FOLDER FIRST_TIME
 */
import { writeSync } from 'node:fs';
import { Registry } from 'prom-client';
import { openEmbeddedLatestTimes } from '#libs/engine/documents/embedded/embedded-latest-times.js';
import { CredentialUsage } from '#libs/registry/credentials/credential-usage.js';
import { silentLog } from './silent-log.js';

const STDOUT = 1;
/** Credentials that are used at each time. */
const CREDENTIALS = 200;

const [folder = '', firstTime = '1'] = process.argv.slice(2);
const times = openEmbeddedLatestTimes(folder, { readOnly: false, log: silentLog });
const usage = new CredentialUsage(times, () => Number(firstTime), silentLog, new Registry());
for (let time = Number(firstTime); ; time += 1) {
  for (let index = 0; index < CREDENTIALS; index += 1) usage.used(`app ${index % 20}`, `secret ${index}`, time);
  await usage.store();
  writeSync(STDOUT, `${time}\n`);
}
