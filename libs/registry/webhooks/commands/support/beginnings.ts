import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { parseTime } from '#libs/engine/kernel/time.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { LogPlaces } from '../../log-places.js';

/** Where delivery begins, as the event of a new webhook says it. */
export interface Beginning {
  readonly from: string;
  /** The position that a time or a cursor means; undefined for `now` and `beginning`. */
  readonly after: string | undefined;
  readonly log: string | undefined;
}

/** Finds where delivery begins. */
@Injectable()
export class Beginnings {
  constructor(
    private readonly places: LogPlaces,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param from `now` or empty, `beginning`, a time, or a cursor of the feed
   * @throws ContractError it is none of these, or a time that is ahead, or a cursor that is not of this log
   */
  async of(from: string, abandoned: AbortSignal | undefined): Promise<Beginning> {
    if (from === '' || from === 'now') return { from: 'now', after: undefined, log: undefined };
    if (from === 'beginning') return { from, after: undefined, log: undefined };
    const time = parseTime(from);
    if (time !== undefined && time > this.clock()) {
      throw ContractError.invalidField(
        'from',
        `must not be ahead (the time is ${new Date(this.clock()).toISOString()})`,
      );
    }
    const start = await this.places.of(from, 'from', abandoned);
    return { from, after: start.after.toString(), log: start.log };
  }
}
