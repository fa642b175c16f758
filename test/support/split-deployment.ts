import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, startAppledger } from './appledger.js';
import { GatewayProcess } from './gateway-process.js';
import { databaseUrl } from './mongodb.js';
import { MongoDbProcess } from './mongodb-process.js';
import { cleanUp, type Server, startServer } from './server.js';
import { tempFolder } from './temp-folder.js';

const POLL_MS = 100;

/** Two apis that leave the projections to projectors, on one event store behind the gateway and one MongoDB. */
export class SplitDeployment {
  #apis: readonly [Appledger, Appledger];

  private constructor(
    readonly events: GatewayProcess,
    readonly mongo: MongoDbProcess,
    /** The variables that configure the two stores. */
    readonly env: Readonly<Record<string, string>>,
    private readonly apiEnv: Readonly<Record<string, string>>,
    apis: readonly [Appledger, Appledger],
  ) {
    this.#apis = apis;
  }

  /** The running apis; after a restart an api has another address. */
  get apis(): readonly [Appledger, Appledger] {
    return this.#apis;
  }

  /**
   * Starts the stores and the apis, and no projector yet.
   *
   * @param database in MongoDB
   * @param env for the apis, besides what names the stores
   */
  static async start(database: string, env: Readonly<Record<string, string>> = {}): Promise<SplitDeployment> {
    const [events, mongo] = [new GatewayProcess(), new MongoDbProcess()];
    await Promise.all([events.start(), mongo.start()]);
    const stores = {
      APPLEDGER_EVENTSTORE_URL: events.connectionString,
      APPLEDGER_MONGODB_URL: databaseUrl(database, mongo.url),
    };
    const withoutProjections = { ...stores, APPLEDGER_PROJECTIONS: 'off', ...env };
    const first = await startAppledger({ env: withoutProjections });
    const second = await startBeside(first, withoutProjections);
    return new SplitDeployment(events, mongo, stores, withoutProjections, [first, second]);
  }

  /** Starts a further api without projections. */
  startApi(env: Readonly<Record<string, string>>): Promise<Appledger> {
    return startBeside(this.apis[0], { ...this.env, APPLEDGER_PROJECTIONS: 'off', ...env });
  }

  /** Kills the second api. Its calls end without an answer. */
  async killApi(): Promise<void> {
    await this.#apis[1].server.stop('SIGKILL');
  }

  /** Restarts the second api on its data folder. */
  async startApiAgain(): Promise<void> {
    const [first, { server }] = this.#apis;
    this.#apis = [first, await startAppledger({ env: this.apiEnv, dataDir: server.dataDir })];
  }

  /** Waits until both apis answer queries from current documents. */
  async serves(): Promise<void> {
    for (const { call, development } of this.#apis) {
      const apps = `POST /management/v1/projects/${development.project}/apps/_search`;
      for (;;) {
        const { status, headers } = await call(apps, { body: { query: { limit: 1 } } });
        if (status === 200 && !headers.has('x-appledger-stale')) break;
        await delay(POLL_MS);
      }
    }
  }

  startProjector(): Promise<Server> {
    return startServer({ app: 'projector', env: this.env });
  }

  /** Ends every process. */
  async end(): Promise<void> {
    await cleanUp();
    await Promise.all([this.events.end('SIGKILL'), this.mongo.end()]);
  }
}

/** An api with the same organization, user and project; each development issuer signs for its own address. */
export async function startBeside({ server }: Appledger, env: Readonly<Record<string, string>>): Promise<Appledger> {
  const dataDir = join(tempFolder(), 'data');
  await mkdir(dataDir);
  await cp(join(server.dataDir, 'development-issuer.json'), join(dataDir, 'development-issuer.json'));
  return startAppledger({ env, dataDir });
}
