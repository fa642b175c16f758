import { Inject, Injectable } from '@nestjs/common';
import type { LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { DELIVERY_ENTRIES, EVENT_STORE_RECORDS, LOG } from '#libs/engine/runtime/tokens.js';
import { Handover } from './handover.js';

/** How this process and others hand the deliveries over. */
@Injectable()
export class WebhookHandover {
  /** Undefined: all processes that may deliver have the entries, or there is one. */
  readonly handover: Handover | undefined;

  constructor(
    @Inject(EVENT_STORE_RECORDS) records: RecordStore | undefined,
    @Inject(DELIVERY_ENTRIES) entries: LastingEntries,
    @Inject(LOG) log: Log,
  ) {
    this.handover = records && new Handover(records, entries, log);
  }
}
