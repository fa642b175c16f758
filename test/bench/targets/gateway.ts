import { join } from 'node:path';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { startGateway } from '#libs/engine/event-store-gateway/gateway.js';
import { createLogger } from '#libs/engine/runtime/logger.js';

/** A process that only serves a gateway for the log in a folder. */
const folder = process.env.BENCH_FOLDER ?? '.';
const log = await EmbeddedLog.open({ folder: join(folder, 'events'), readOnly: false });
const gateway = await startGateway({ log, port: 0, writable: true, logger: await createLogger('warn') });

process.once('SIGTERM', async () => {
  await gateway.close();
  await log.close();
});
console.log(`listens on http://127.0.0.1:${gateway.port}`);
