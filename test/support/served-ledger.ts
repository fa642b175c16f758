import { setTimeout as delay } from 'node:timers/promises';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { tokenWith } from './api.js';
import type { Appledger } from './appledger.js';

const POLL_MS = 100;
const ENTRY_LENGTH_BYTES = 2;
const TILE_WIDTH = 256;

/** The last event of a creation. */
const CREATED = 'ApiConfigAdded';

/** The ledger of a running server, as a caller sees it who may read all events. */
export class ServedLedger {
  private constructor(
    private readonly appledger: Appledger,
    private readonly token: string,
  ) {}

  static async of(appledger: Appledger): Promise<ServedLedger> {
    const { development } = appledger;
    return new ServedLedger(appledger, await tokenWith(development, { IAM_OWNER: [development.organization] }));
  }

  /** The answer of `/ledger/PATH`. */
  get(path: string): Promise<Response> {
    return fetch(`${this.appledger.server.url}/ledger/${path}`, { headers: { authorization: `Bearer ${this.token}` } });
  }

  /** The last checkpoint; undefined: there is none yet. */
  async last(): Promise<SignedCheckpoint | undefined> {
    return parseNote(await (await this.get('checkpoint')).text());
  }

  /** Waits until the last checkpoint covers so many events. */
  async covering(size: number): Promise<SignedCheckpoint> {
    for (;;) {
      const last = await this.last();
      if (last !== undefined && last.size >= size) return last;
      await delay(POLL_MS);
    }
  }

  /**
   * Waits until the last checkpoint covers the creation of an application. A number of events does not say that:
   * events that were under way before the creation count too.
   */
  async coveringCreationOf(appId: string): Promise<SignedCheckpoint> {
    const isCreation = ({ stream, type }: { stream: string; type: string }) =>
      stream === `application-${appId}` && type === CREATED;
    for (let size = 1; ; ) {
      const last = await this.covering(size);
      const leaves = (await this.leaves(last.size)).map((leaf) => JSON.parse(leaf));
      if (leaves.some(isCreation)) return last;
      size = last.size + 1;
    }
  }

  /** Waits until the server has noticed that its log is not the one that was signed. */
  async contradicted(): Promise<void> {
    for (;;) {
      const { body, status } = await this.appledger.call('GET /debug/ready');
      if (status === 503 && body.error?.ledger?.state === 'contradicted') return;
      await delay(POLL_MS);
    }
  }

  /** The first leaves of the tree, as canonical JSON. */
  async leaves(size: number): Promise<readonly string[]> {
    const leaves: string[] = [];
    for (let first = 0; first < size; first += TILE_WIDTH) {
      const index = `${first / TILE_WIDTH}`.padStart(3, '0');
      const width = size - first < TILE_WIDTH ? `.p/${size - first}` : '';
      const bundle = await this.get(`tile/entries/${index}${width}`);
      if (bundle.status !== 200) throw new Error(`the entries of tile ${index}${width} answered ${bundle.status}`);
      leaves.push(...leavesOf(Buffer.from(await bundle.arrayBuffer())));
    }
    return leaves;
  }
}

/** The leaves of an entry bundle. */
export function leavesOf(bundle: Buffer): readonly string[] {
  const leaves: string[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + ENTRY_LENGTH_BYTES + bundle.readUInt16BE(at);
    leaves.push(bundle.toString('utf8', at + ENTRY_LENGTH_BYTES, end));
    at = end;
  }
  return leaves;
}
