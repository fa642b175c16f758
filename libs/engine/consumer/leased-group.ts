import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { type Holding, Lease, type Renewal } from './lease.js';
import { ALWAYS, type Turn } from './turn.js';

/** Something that runs from {@link start} to {@link stop}, and can be started again. */
export interface Startable {
  /** @param turn of this process, while it runs */
  start(turn: Turn): void;
  /** Finishes the work in progress. */
  stop(): Promise<unknown>;
}

/** `alone`: no other process can do this work; `shared`: one of several processes does it; `off`: not this process. */
export type GroupMode = 'alone' | 'shared' | 'off';

/** The role of this process in the work of a group. */
export type GroupRole =
  /** It does the work. */
  | 'working'
  /** Another process does, and this one takes over when that one ends. */
  | 'standby'
  /** Another process does. */
  | 'elsewhere';

/** The lease that decides which of several processes does the work. */
export interface GroupLease {
  /** The name of its record. */
  readonly name: string;
  readonly records: RecordStore;
  readonly log: Log;
  /** The log message when this process starts to work. */
  readonly takenText: string;
  /** How the holder keeps it; default: `always`. */
  readonly renewal?: Renewal;
}

/** Which process does the work of a group, as far as this one knows. */
export interface GroupReport extends Pick<Holding, 'since'> {
  readonly role: GroupRole;
  /** The machine and the process id of who does the work; undefined: it is not shared, or not known. */
  readonly holder?: string;
}

/** Consumers that one process runs at a time, by a lease that they share. */
export class LeasedGroup {
  readonly #lease: Lease | undefined;
  #leasing: Promise<void> | undefined;

  constructor(
    private readonly members: readonly Startable[],
    private readonly mode: GroupMode,
    { name, records, log, takenText, renewal = 'always' }: GroupLease,
  ) {
    if (mode !== 'shared') return;
    const worker = {
      taken: () => {
        log.info({}, takenText);
        this.#startAll(lease);
      },
      ended: () => this.#stopAll(),
    };
    const lease = new Lease(records, name, `${hostname()} ${process.pid} ${randomUUID()}`, worker, renewal);
    this.#lease = lease;
  }

  /** Begins to work, as soon as it is this process's turn. */
  start(): void {
    if (this.mode === 'alone') this.#startAll(ALWAYS);
    else this.#leasing = this.#lease?.run();
  }

  /** Finishes the work in progress, stops, and returns the lease. */
  async stop(): Promise<void> {
    this.#lease?.stop();
    await this.#leasing;
    await this.#stopAll();
  }

  /** The current role of this process. */
  get role(): GroupRole {
    if (this.mode === 'off') return 'elsewhere';
    return this.#lease?.isHeld === false ? 'standby' : 'working';
  }

  /** Who does the work, and since when. */
  report(): GroupReport {
    const { holder, since } = this.#lease?.current ?? {};
    if (holder === undefined) return { role: this.role };
    return { role: this.role, holder: holder.split(' ').slice(0, -1).join(' '), ...(since && { since }) };
  }

  #startAll(turn: Turn): void {
    for (const member of this.members) member.start(turn);
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }
}
