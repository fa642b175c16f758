import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, startAppledger } from './appledger.js';
import { load } from './load.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { residentMemory } from './resident-memory.js';
import { creationTarget } from './throughput.js';

const READERS = 100;
/** Applications in the log: more than the buffers of a connection hold. */
const APPLICATIONS = 8_000;
const SAMPLE_MS = 250;
/** A reader that reads nothing is disconnected after 30 s. */
const MAX_SAMPLES = 90_000 / SAMPLE_MS;

/** Measures the memory of the server while readers of the feed, by server-sent events, do not read. */
export function benchSlowReaders(): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    const sockets: Socket[] = [];
    try {
      await load(creationTarget(appledger), { requests: APPLICATIONS });
      await delay(2_000); // documents and garbage of the creations
      const before = memoryOf(appledger);
      let highest = before;
      sockets.push(...Array.from({ length: READERS }, () => idleReader(appledger)));
      let most = 0;
      let open = 0;
      for (let sample = 0; sample < MAX_SAMPLES; sample += 1) {
        await delay(SAMPLE_MS);
        open = await openStreams(appledger);
        most = Math.max(most, open);
        highest = Math.max(highest, memoryOf(appledger));
        if (most === READERS && open === 0) break;
      }
      return {
        part: 'slow-readers',
        figures: {
          'MB of its own before': before,
          [`MB of its own with ${READERS} readers that do not read, at most`]: highest,
          'MB of its own after they have been disconnected': memoryOf(appledger),
          'readers at the same time': most,
        },
        aims: [
          { what: 'readers at the same time', value: most, atLeast: READERS },
          { what: 'slow readers that are not disconnected', value: open, below: 1 },
          { what: `MB for ${READERS} slow readers`, value: highest - before, below: 150 },
        ],
      };
    } finally {
      for (const socket of sockets) socket.destroy();
      await appledger.program.stop();
    }
  });
}

/** A client that asks for all events, and reads nothing. */
function idleReader({ program, token }: Appledger): Socket {
  const { hostname, port } = new URL(program.url);
  const socket = connect({ host: hostname, port: Number(port) }).pause();
  socket.on('error', () => undefined);
  socket.write(
    `GET /appledger/v1/events HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  return socket;
}

async function openStreams({ program }: Appledger): Promise<number> {
  const text = await (await fetch(`${program.url}/debug/metrics`)).text();
  const rows = text.matchAll(/^appledger_open_streams\{[^}]*WatchEvents[^}]*\} (\d+)$/gm);
  return Array.from(rows, ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0);
}

function memoryOf({ program }: Appledger): number {
  return residentMemory(program.pid)?.RssAnon ?? Number.NaN;
}
