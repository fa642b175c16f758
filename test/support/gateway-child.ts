/**
 * Runs an embedded event store with a gateway in a process of its own, which stands in for EventStoreDB in tests.
 * Writes `{"port"}` to standard output when it listens.
 *
 * Usage: node gateway-child.js FOLDER [PORT]
 */
import { writeSync } from 'node:fs';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { startGateway } from '#libs/engine/event-store-gateway/gateway.js';
import { silentLog } from './silent-log.js';

const STDOUT = 1;

const [folder = '', port = '0'] = process.argv.slice(2);
const { log } = await openEmbeddedEventStore({ path: folder, readOnly: false });
const gateway = await startGateway({ log, port: Number(port), writable: true, logger: silentLog });
writeSync(STDOUT, `${JSON.stringify({ port: gateway.port })}\n`);
process.on('SIGTERM', async () => {
  await gateway.close();
  await log.close();
  process.exit();
});
