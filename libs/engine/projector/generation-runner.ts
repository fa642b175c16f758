import { ConsumerRunner, type RunnerTexts } from '#libs/engine/consumer/consumer-runner.js';
import type { ConsumerStatus } from '#libs/engine/consumer/consumer-status.js';
import type { Generation } from '#libs/engine/documents/port/generations.js';
import { DocumentsLostError } from '#libs/engine/documents/port/read-model.errors.js';
import type { Collection } from '#libs/engine/documents/port/read-model.js';
import { GenerationWriter, type WriterParts } from './generation-writer.js';
import { isOutage } from './outage.js';
import type { Projection } from './projection.js';
import { progressLine } from './rebuild-progress.js';

/** How long a projection that is live lets events gather while nobody waits for them: each batch costs a commit. */
const REST_MS = 20;

/** Large enough that a batch's fixed costs vanish, small enough that its documents take a few mebibytes. */
const MAX_BATCH_EVENTS = 1_000;

const TEXTS: RunnerTexts = {
  field: 'projection',
  interrupted: 'projection interrupted, trying again',
  resumed: 'projection goes on',
  stopped: 'projection stopped',
};

/** How a generation is doing. */
export interface GenerationStatus extends ConsumerStatus {
  readonly generation: number;
}

/** Where a generation's documents are, and from which log they come. */
export interface GenerationPlace {
  readonly collection: Collection<object>;
  readonly generation: Pick<Generation, 'number' | 'log'>;
}

/** Keeps the documents of one generation of a projection up to date: a consumer whose checkpoint is the documents'. */
export class GenerationRunner extends ConsumerRunner {
  /** The generation's number. */
  readonly number: number;
  readonly #writer: GenerationWriter;
  readonly #since = performance.now();

  /** @param onChange is called when it has caught up, and when it has stopped */
  constructor(
    projection: Projection,
    { collection, generation }: GenerationPlace,
    parts: WriterParts,
    onChange: () => void = () => undefined,
  ) {
    const writer = new GenerationWriter(projection, collection, generation.log, parts);
    const { eventStore, codec, log, metrics } = parts;
    const { name } = projection;
    const filter = { streamPrefixes: codec.streams.prefixes };
    const batches = { maxBatch: MAX_BATCH_EVENTS, restMs: REST_MS };
    const events = { onLive: onChange, onEnd: onChange };
    const errors = { isTransient: isOutage, isLost: (error: unknown) => error instanceof DocumentsLostError };
    super({ name, texts: TEXTS, eventStore, log, metrics, filter, ...batches, ...events, ...errors }, writer);
    this.#writer = writer;
    this.number = generation.number;
  }

  /** The newest checkpoint that is known to be stored. */
  get checkpoint(): bigint {
    return this.#writer.checkpoint;
  }

  /** How many events that concern the projection it has read. */
  get events(): number {
    return this.#writer.events;
  }

  /** For how long it has existed, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.#since;
  }

  /** How it is doing now, with the generation's number. */
  generationStatus(): GenerationStatus {
    return { generation: this.number, ...this.status() };
  }

  /** A line that says how far the documents are built. */
  progressLine(): string {
    const { events, elapsedMs, position: now } = this;
    return progressLine({ ...this.#writer.span, now, events, elapsedMs });
  }
}
