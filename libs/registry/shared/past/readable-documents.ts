import { Inject, Injectable } from '@nestjs/common';
import type { PastSource, ReadMadeDocuments } from '#libs/engine/documents/port/past-documents.js';
import type { Collection, DocumentReader, Filter } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { PastDocuments } from '#libs/engine/past/past-documents.js';
import { DOCUMENTS, READ_MADE_DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { FRESH, Freshness } from '../queries/freshness.js';
import type { ReadContext } from '../queries/read-context.js';
import { type AsOf, type PointOfLog, positionOf } from './as-of.js';
import { type LifeDocument, positionText } from './life.document.js';
import { Points } from './points.js';

/** The documents that an answer depends on; a list names those who could be in it. */
export interface QuerySource extends Source {
  readonly members?: Members;
}

/** The aggregates of one owner, those that have been removed included. */
export interface Members {
  readonly lives: Collection<LifeDocument>;
  readonly owner: string;
  /** The name of an aggregate's stream. */
  readonly stream: (id: string) => string;
}

/** The documents that queries read: the stored ones, or those of a point of the past. */
@Injectable()
export class ReadableDocuments {
  readonly #stored: Promise<DocumentReader>;

  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    @Inject(READ_MADE_DOCUMENTS) private readonly readMade: ReadMadeDocuments,
    private readonly freshness: Freshness,
    private readonly past: PastDocuments,
    private readonly points: Points,
  ) {
    this.#stored = Promise.resolve(documents);
  }

  /**
   * The documents of the sources, as new as the reader needs them, or as they were at the point that it names. Only the
   * documents of the sources are in the latter.
   *
   * @throws ContractError INVALID_ARGUMENT: the point is not valid, ahead, or before the first event
   */
  of(sources: readonly QuerySource[], reader: ReadContext): Promise<DocumentReader> {
    if (reader.asOf !== undefined) return this.#asOf(sources, reader, reader.asOf);
    const fresh = this.freshness.waitUntilFresh(sources, reader);
    return fresh === FRESH ? this.#stored : fresh.then(() => this.documents);
  }

  async #asOf(sources: readonly QuerySource[], reader: ReadContext, asOf: AsOf): Promise<DocumentReader> {
    const point = await this.points.of(asOf);
    const wanted = await Promise.all(sources.map((source) => this.#streamsOf(source, point, reader)));
    const made = await this.past.at(point, wanted);
    const position = positionOf(point, made.position);
    if (position !== undefined) asOf.tell(position);
    return this.readMade({ ...made, position });
  }

  async #streamsOf(
    { collection, stream, members }: QuerySource,
    point: PointOfLog,
    reader: ReadContext,
  ): Promise<PastSource> {
    if (stream !== undefined) return { collection, streams: [stream] };
    if (members === undefined) throw new Error(`${collection.name}: a list of the past needs its members`);
    const { lives, owner, stream: nameOf } = members;
    await this.freshness.waitUntilFresh([{ collection: lives }], reader);
    const { documents } = await this.documents.find(lives, { filter: { owner, ...wasThere(point) }, sort: [] });
    return { collection, streams: documents.map(({ id }) => nameOf(id)) };
  }
}

/** Aggregates that were there at a point, in the lives of those of one owner. */
function wasThere(point: PointOfLog): Filter {
  const [field, limit] =
    'time' in point ? ['time', new Date(point.time).toISOString()] : ['position', positionText(point.position)];
  const removed = `removed.${field}`;
  return {
    [`added.${field}`]: { $lte: limit },
    $or: [{ [removed]: { $gt: limit } }, { [removed]: { $exists: false } }],
  };
}
