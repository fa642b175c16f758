import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EVENT_STORE, LOG_IDENTITY } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import { type Cursors, cursorsOf } from './cursor.js';
import { feedRefusals } from './feed.refusals.js';

/** Where a reader begins. */
export interface Start {
  readonly after: bigint;
  /** The identity of the log; undefined: it has none. */
  readonly log: string | undefined;
  /** The cursors of this log. */
  readonly cursors: Cursors;
}

/** A node of a cluster may be behind the one that was read from before: its head is asked for again for so long. */
const BEHIND_MS = 2_000;
const BEHIND_PAUSE_MS = 100;

/** Finds the place in the log where a reader begins. */
@Injectable()
export class StartingPoint {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
  ) {}

  /**
   * @param text a cursor, `beginning`, `now`, or empty: the beginning
   * @param field by which an error speaks of it
   * @throws ContractError it is none of these, or a cursor of another log, or after the end of the log
   * @throws EventStoreUnavailableError
   */
  async of(text: string, field: string): Promise<Start> {
    const log = await this.identity.current();
    const cursors = cursorsOf(log);
    if (text === '' || text === 'beginning') return { after: BEFORE_FIRST_POSITION, log, cursors };
    if (text === 'now') return { after: await this.#head(), log, cursors };
    const after = cursors.positionOf(text);
    if (after === undefined) {
      throw ContractError.invalidField(field, 'must be a cursor that the feed has answered, "beginning" or "now"');
    }
    if (!(await this.#hasReached(after))) throw refused(feedRefusals, 'FEED-h7Rz9');
    return { after, log, cursors };
  }

  async #head(): Promise<bigint> {
    return this.store.localHead ?? (await this.store.head());
  }

  async #hasReached(position: bigint): Promise<boolean> {
    const isLocal = this.store.localHead !== undefined;
    for (const until = performance.now() + BEHIND_MS; ; await delay(BEHIND_PAUSE_MS)) {
      if (position <= (await this.#head())) return true;
      if (isLocal || performance.now() > until) return false;
    }
  }
}
