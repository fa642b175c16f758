import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { Lease } from './lease.js';

/** Something that runs from {@link start} to {@link stop}, and can be started again. */
export interface Startable {
  start(): void;
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
}

/** Consumers that one process runs at a time, by a lease that they share. */
export class LeasedGroup {
  readonly #lease: Lease | undefined;
  #leasing: Promise<void> | undefined;

  constructor(
    private readonly members: readonly Startable[],
    private readonly mode: GroupMode,
    { name, records, log, takenText }: GroupLease,
  ) {
    if (mode !== 'shared') return;
    this.#lease = new Lease(records, name, `${hostname()} ${process.pid} ${randomUUID()}`, {
      taken: () => {
        log.info({}, takenText);
        this.#startAll();
      },
      ended: () => this.#stopAll(),
    });
  }

  /** Begins to work, as soon as it is this process's turn. */
  start(): void {
    if (this.mode === 'alone') this.#startAll();
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

  #startAll(): void {
    for (const member of this.members) member.start();
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }
}
