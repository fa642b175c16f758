import { Injectable } from '@nestjs/common';
import { parseTime } from '#libs/engine/kernel/time.js';
import { StartPoints } from '#libs/registry/feed/index.js';
import { refused } from '#libs/registry/shared/refused.js';
import { deliveryRefusals } from '../../delivery.refusals.js';

/** The part of the log that a replay sends again. */
export interface ReplayRange {
  readonly after: bigint;
  /** The last position. */
  readonly until: bigint;
}

/** Finds the part of the log that a request names. */
@Injectable()
export class ReplayRanges {
  constructor(private readonly starts: StartPoints) {}

  /**
   * @param from a time, a cursor, `beginning`, or empty: the beginning
   * @param to a time, a cursor, `now`, or empty: now
   * @throws ContractError one of them is none of these; WEBHOOK-Rp4rg: the part is empty
   */
  async of(
    { from, to }: { readonly from: string; readonly to: string },
    abandoned: AbortSignal | undefined,
  ): Promise<ReplayRange> {
    const after = await this.#position(from || 'beginning', 'from', abandoned);
    const until = await this.#position(to || 'now', 'to', abandoned);
    if (until <= after) throw refused(deliveryRefusals, 'WEBHOOK-Rp4rg');
    return { after, until };
  }

  async #position(text: string, field: string, abandoned: AbortSignal | undefined): Promise<bigint> {
    const time = parseTime(text);
    const { after } = await (time === undefined ? this.starts.of(text, field) : this.starts.since(time, abandoned));
    return after;
  }
}
