import type { Entry, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RecordStore, VersionedRecord } from '#libs/engine/kernel/record-store.js';

/** The record of what callers have asked for. */
const RECORD = 'requests to webhook deliveries';

/** Requests that wait at the same time: no process delivers then. */
const MAX_REQUESTS = 500;

/** How often a request is written again that another caller was faster than. */
const MAX_TRIES = 20;

const notTaken = ContractError.of(
  Code.UNAVAILABLE,
  'the request cannot be passed on to the server that delivers to webhooks: try again',
);

interface StoredRequests {
  readonly requests: readonly Entry[];
}

/**
 * What callers of any process have asked of the one that delivers, where these share the event store only. A request stays
 * until it is done, whichever process delivers meanwhile.
 */
export class SharedRequests {
  /** Those that the entries of this process have, or had before they were done. */
  readonly #fetched = new Set<string>();

  constructor(
    private readonly records: RecordStore,
    private readonly entries: LastingEntries,
  ) {}

  /** Leaves a request. @throws ContractError UNAVAILABLE: too many wait @throws EventStoreUnavailableError */
  async add(request: Entry): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { requests, version } = await this.#read();
      if (requests.length >= MAX_REQUESTS) break;
      if (await this.#write([...requests, request], version)) return;
    }
    throw notTaken;
  }

  /** Forgets what an earlier time of delivering has fetched. */
  begin(): void {
    this.#fetched.clear();
  }

  /**
   * Copies new requests to the entries of this process, and takes away what is done.
   *
   * @param isKept answers whether a request that is still among the entries is done all the same
   * @throws EventStoreUnavailableError, ReadModelUnavailableError
   */
  async fetch(isKept: (key: string) => boolean): Promise<readonly string[]> {
    const { requests, version } = await this.#read();
    const open: Entry[] = [];
    const added: Entry[] = [];
    for (const request of requests) {
      const isThere = (await this.entries.get(request.key)) !== undefined;
      if (this.#fetched.has(request.key) && (!isThere || isKept(request.key))) continue;
      open.push(request);
      if (!isThere) added.push(request);
      this.#fetched.add(request.key);
    }
    await this.entries.write(added);
    if (open.length < requests.length) await this.#write(open, version);
    return added.map(({ key }) => key);
  }

  async #read(): Promise<{ readonly requests: readonly Entry[]; readonly version: number | undefined }> {
    const record: VersionedRecord<StoredRequests> | undefined = await this.records.record(RECORD);
    return { requests: record?.value.requests ?? [], version: record?.version };
  }

  async #write(requests: readonly Entry[], version: number | undefined): Promise<boolean> {
    return (await this.records.putRecord<StoredRequests>(RECORD, { requests }, version)) !== undefined;
  }
}
