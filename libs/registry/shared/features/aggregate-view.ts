import type { JsonObject } from '@bufbuild/protobuf';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { FoldedDocuments } from '#libs/engine/past/folded-documents.js';
import type { Projection } from '#libs/engine/projector/projection.js';

/** What clients see of one kind of aggregate, for its history: made of the documents from which other calls answer. */
export interface AggregateView {
  /** The name of the kind, as its streams have it in the manifest. */
  readonly aggregateType: string;
  /** The stream of one aggregate. */
  readonly stream: (id: string) => string;
  /** They make the documents that {@link fields} reads, out of that stream alone. */
  readonly projections: readonly Projection[];
  /**
   * The public fields as protobuf JSON, those with their zero value too; undefined: the aggregate does not exist.
   *
   * @param now the time by which states are told that depend on one, in milliseconds since 1970
   */
  readonly fields: (documents: FoldedDocuments, id: string, now: number) => JsonObject | undefined;
  /**
   * When the fields next change without an event, in milliseconds since 1970; undefined: they do not. Left out: they
   * never do.
   */
  readonly changesByItself?: (documents: FoldedDocuments, id: string, now: number) => number | undefined;
  /**
   * What ends the aggregate without an event of its own, by its first event: the last event of another stream, if it is of
   * this type. Left out: nothing does.
   */
  readonly endedBy?: (first: DecodedEvent) => { readonly stream: string; readonly type: string } | undefined;
  /** Who sees one, by its first event; left out: those who read in the organization that owns it. */
  readonly isSeenBy?: (reader: PastReader, first: DecodedEvent) => boolean;
  /** The error for one that its caller does not see. */
  readonly missing: () => ContractError;
}

/** Who reads the past of an aggregate. */
export interface PastReader {
  readonly organization: string;
  /** Whether one of the reader's roles holds a permission in all organizations. */
  holdsEverywhere(permission: string): boolean;
}

/** The token by which Nest injects the views of all features. */
export const AGGREGATE_VIEWS = Symbol('AggregateViews');
