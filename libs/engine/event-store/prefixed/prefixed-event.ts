import type { RecordedEvent, WrittenEvent } from '../port/event-store.js';

/** An event whose stream has its name without the prefix. Data and metadata are parsed when they are read. */
export class PrefixedEvent implements RecordedEvent {
  readonly id: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly type: string;
  readonly recordedAt: number;

  constructor(
    private readonly event: RecordedEvent,
    readonly stream: string,
  ) {
    ({ id: this.id, revision: this.revision, position: this.position } = event);
    ({ type: this.type, recordedAt: this.recordedAt } = event);
  }

  get written(): WrittenEvent | undefined {
    const { written } = this.event;
    return written && { ...written, streamStart: written.typeStart - Buffer.byteLength(this.stream) };
  }

  get data(): unknown {
    return this.event.data;
  }

  get metadata(): unknown {
    return this.event.metadata;
  }
}
