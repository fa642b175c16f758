import { Injectable } from '@nestjs/common';
import { refused } from '#libs/registry/shared/refused.js';
import { LogPlaces } from '../../../log-places.js';
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
  constructor(private readonly places: LogPlaces) {}

  /**
   * @param from a time, a cursor, `beginning`, or empty: the beginning
   * @param to a time, a cursor, `now`, or empty: now
   * @throws ContractError one of them is none of these; WEBHOOK-Rp4rg: the part is empty
   */
  async of(
    { from, to }: { readonly from: string; readonly to: string },
    abandoned: AbortSignal | undefined,
  ): Promise<ReplayRange> {
    const { after } = await this.places.of(from || 'beginning', 'from', abandoned);
    const { after: until } = await this.places.of(to || 'now', 'to', abandoned);
    if (until <= after) throw refused(deliveryRefusals, 'WEBHOOK-Rp4rg');
    return { after, until };
  }
}
