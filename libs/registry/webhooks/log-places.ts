import { Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { parseTime } from '#libs/engine/kernel/time.js';
import { type Start, StartPoints } from '#libs/registry/feed/index.js';

const FORMS = 'must be "now", "beginning", a time such as 2026-11-29T12:00:00Z, or a cursor of the feed';

/** Finds the places in the log that callers name. */
@Injectable()
export class LogPlaces {
  constructor(private readonly starts: StartPoints) {}

  /**
   * @param text `now`, `beginning`, a time, or a cursor of the feed
   * @param field by which an error speaks of it
   * @throws ContractError it is none of these, or a cursor that is not of this log
   * @throws EventStoreUnavailableError
   */
  async of(text: string, field: string, abandoned: AbortSignal | undefined): Promise<Start> {
    const time = parseTime(text);
    if (time !== undefined) return this.starts.since(time, abandoned);
    try {
      return await this.starts.of(text, field);
    } catch (error) {
      if (!(error instanceof ContractError) || error.id !== undefined) throw error;
      throw ContractError.invalidField(field, FORMS);
    }
  }
}
