import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './api.js';
import type { Appledger } from './appledger.js';

/** The observations of clients of several apis. */
export interface Seen {
  /** The names of the applications whose creation was confirmed, by their ids. */
  readonly created: ReadonlyMap<string, string>;
  /** Creations that were refused, or whose connection broke. */
  readonly refused: number;
  /** Reads that found nothing and were marked as stale. */
  readonly stale: number;
  /** Reads that were refused, or whose connection broke. */
  readonly unread: number;
  /** Wrong answers: a created application is missing, and the answer is not marked as stale. */
  readonly wrong: readonly string[];
}

/** The pause after a failed call, so that a process that is away is not called in a busy loop. */
const PAUSE_MS = 50;
/**
 * The pause after a read that was not served: while documents are built again not too many applications may be added, for
 * the server of the tests looks at every document for each update.
 */
const UNREAD_PAUSE_MS = 400;
const LIST_LIMIT = 1_000;

/**
 * Clients behind a load balancer: each creates applications through alternating apis, and immediately reads each through
 * the next api. They do not use Appledger's headers.
 */
export class BalancedClients {
  private readonly created = new Map<string, string>();
  private readonly counts = { refused: 0, stale: 0, unread: 0 };
  private readonly wrong: string[] = [];
  private readonly ended: Promise<unknown>;
  private isStopping = false;
  private turn = 0;

  /**
   * @param apis are asked for at each call, for an api that was started again has another address
   * @param label begins the names, which are taken when they have been used before
   */
  constructor(
    private readonly apis: () => readonly Appledger[],
    private readonly label: string,
    count: number,
  ) {
    this.ended = Promise.all(Array.from({ length: count }, (_, number) => this.run(number)));
    this.ended.catch(() => undefined); // stop() and further() throw it.
  }

  /** The number of confirmed creations. */
  get answered(): number {
    return this.created.size;
  }

  /** Resolves when a number of further creations have been confirmed. */
  async further(count: number): Promise<void> {
    const goal = this.answered + count;
    while (this.answered < goal) await Promise.race([delay(PAUSE_MS), this.ended]);
  }

  /** Stops after the calls under way. */
  async stop(): Promise<Seen> {
    this.isStopping = true;
    await this.ended;
    return { created: this.created, ...this.counts, wrong: this.wrong };
  }

  private async run(client: number): Promise<void> {
    for (let round = 0; !this.isStopping; round += 1) {
      const name = `${this.label}: client ${client}, round ${round}`;
      const made = await attempt((api) => api.createApp({ name }), this.next());
      if (made?.status === 200) await this.read(made.body.appId, name);
      else await this.refused(name, made);
    }
  }

  private async read(appId: string, name: string): Promise<void> {
    this.created.set(appId, name);
    const got = await attempt((api) => api.getApp(appId), this.next());
    if (got?.status === 200 && got.body.app.name === name) return;
    if (got === undefined || got.status === 503) await this.pause('unread', UNREAD_PAUSE_MS);
    else if (got.headers.has('x-appledger-stale')) await this.pause('stale', UNREAD_PAUSE_MS);
    else this.wrong.push(`${name}, read: ${got.status} ${JSON.stringify(got.body)}`);
  }

  private async refused(name: string, made: Answer | undefined): Promise<void> {
    if (made !== undefined && made.status !== 503)
      this.wrong.push(`${name}, made: ${made.status} ${JSON.stringify(made.body)}`);
    await this.pause('refused', PAUSE_MS);
  }

  /** Counts a call without the wanted answer, and waits. */
  private async pause(outcome: keyof BalancedClients['counts'], pauseMs: number): Promise<void> {
    this.counts[outcome] += 1;
    await delay(pauseMs);
  }

  private next(): Appledger {
    const apis = this.apis();
    const api = apis[this.turn++ % apis.length];
    if (api === undefined) throw new Error('there is no api to call');
    return api;
  }
}

/** The answer; undefined if the connection breaks or cannot be established. */
async function attempt(call: (api: Appledger) => Promise<Answer>, api: Appledger): Promise<Answer | undefined> {
  try {
    return await call(api);
  } catch (error) {
    if (isConnectionFailure(error)) return undefined;
    throw error;
  }
}

/** Whether fetch has thrown the error. Compared by name, because jest has its own TypeError. */
function isConnectionFailure(error: unknown): boolean {
  return (error as { readonly name?: unknown } | undefined)?.name === 'TypeError';
}

/** The applications that an api does not find, or does not list. */
export async function missingOn(
  apis: readonly Appledger[],
  created: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [number, api] of apis.entries()) {
    const listed = await namesListed(api);
    for (const [appId, name] of created) {
      if (listed.get(appId) !== name) missing.push(`${name} in the list of api ${number}`);
      const { status, body } = await api.getApp(appId);
      if (status !== 200 || body.app.name !== name) missing.push(`${name} on api ${number}: ${status}`);
    }
  }
  return missing;
}

/** The names of all applications of the first project, by their ids. */
async function namesListed({ call, development }: Appledger): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const list = `POST /management/v1/projects/${development.project}/apps/_search`;
  for (;;) {
    const { body } = await call(list, { body: { query: { offset: names.size, limit: LIST_LIMIT } } });
    for (const { id, name } of body.result ?? []) names.set(id, name);
    if (names.size >= Number(body.details.totalResult)) return names;
  }
}
