/**
 * The benchmark: npm run bench -- [PART…] [--rounds N] [--seconds N] [--applications N] [--quick] [--out FILE]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchAccessLog } from './access-log.js';
import { benchEventLogStart } from './event-log-start.js';
import { benchEventStore } from './event-store.js';
import { benchEventStoreDb } from './eventstoredb.js';
import { benchExport } from './export.js';
import { benchFeed } from './feed.js';
import { benchFreshness } from './freshness.js';
import { benchGateway } from './gateway.js';
import { benchGrowth } from './growth.js';
import { benchHistory } from './history.js';
import { benchIntrospect } from './introspect.js';
import { benchJson } from './json.js';
import { benchLedger } from './ledger.js';
import { benchMemory } from './memory.js';
import { benchMongoDb } from './mongodb.js';
import { benchProfile } from './profile.js';
import { benchProtocols } from './protocols.js';
import { benchRebuild } from './rebuild.js';
import { lines, type PartResult, preamble, verdict } from './report.js';
import { benchSlowReaders } from './slow-readers.js';
import { benchCreate, benchGet, benchList, type Extent } from './throughput.js';
import { benchWebhooks } from './webhooks.js';

const parts: Readonly<Record<string, (extent: Extent) => Promise<PartResult>>> = {
  create: benchCreate,
  get: benchGet,
  list: benchList,
  protocols: benchProtocols,
  'access-log': benchAccessLog,
  introspect: benchIntrospect,
  json: benchJson,
  rebuild: benchRebuild,
  memory: benchMemory,
  growth: benchGrowth,
  'event-store': benchEventStore,
  'event-log-start': benchEventLogStart,
  export: benchExport,
  gateway: benchGateway,
  eventstoredb: benchEventStoreDb,
  mongodb: benchMongoDb,
  freshness: benchFreshness,
  'slow-readers': benchSlowReaders,
  feed: benchFeed,
  webhooks: benchWebhooks,
  ledger: benchLedger,
  history: benchHistory,
  profile: benchProfile,
};
const THOROUGH: Extent = { rounds: 3, seconds: 6 };
const QUICK: Extent = { rounds: 1, seconds: 2 };

const usage = `npm run bench -- [PART…] [--rounds N] [--seconds N] [--applications N] [--quick] [--out FILE]
  PART       ${Object.keys(parts).join(', ')}; default: all of them
  --rounds   how often each target is loaded; the median counts (default ${THOROUGH.rounds})
  --seconds  how long each time (default ${THOROUGH.seconds})
  --applications  how many are in the log of event-log-start (default 1000000) and of export (default 500000)
  --quick    ${QUICK.rounds} round of ${QUICK.seconds} seconds
  --out      where the results are written as JSON (default bench-results.json)`;

interface Request extends Extent {
  readonly chosen: readonly string[];
  readonly out: string;
}

/** Reads the command line. @throws Error it asks for what there is not */
function parse(args: readonly string[]): Request {
  const number = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: number,
      seconds: number,
      applications: number,
      quick: { type: 'boolean' },
      out: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}`);
  const extent = values.quick === true ? QUICK : THOROUGH;
  return {
    chosen: positionals.length > 0 ? positionals : Object.keys(parts),
    rounds: whole('--rounds', values.rounds) ?? extent.rounds,
    seconds: whole('--seconds', values.seconds) ?? extent.seconds,
    applications: whole('--applications', values.applications),
    out: values.out ?? 'bench-results.json',
  };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`${name} takes a number from 1 to 99999999 (got ${text})`);
  return Number(text);
}

async function main({ chosen, out, rounds, seconds, applications }: Request): Promise<void> {
  console.log(preamble);
  const results: PartResult[] = [];
  for (const name of chosen) {
    const result = await parts[name]?.({ rounds, seconds, applications });
    if (result === undefined) continue;
    results.push(result);
    console.log(lines(result));
  }
  const judged = results.map((result) => ({
    ...result,
    aims: result.aims.map((aim) => ({ ...aim, verdict: verdict(aim) })),
  }));
  const report = { measuredAt: new Date().toISOString(), node: process.versions.node, rounds, seconds, parts: judged };
  await writeFile(out, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`\nWritten to ${out}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  await main(parse(process.argv.slice(2)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 1;
}
