import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { cacheJson } from '#libs/engine/rpc/json/cached-json.js';
import type { Details } from '../commands/details.js';
import type { DocumentDetails } from '../document-details.js';
import type { Listed } from '../queries/list.js';

/** Details as ZITADEL's ObjectDetails and Appledger's own Details have them. */
interface DetailsMessage {
  readonly sequence: bigint;
  readonly creationDate?: Timestamp;
  readonly changeDate: Timestamp;
  readonly resourceOwner: string;
}

/** Facts about a list, as ZITADEL's ListDetails and Appledger's own have them. */
interface ListDetailsMessage {
  readonly totalResult: bigint;
  readonly processedSequence: bigint;
  readonly viewTimestamp?: Timestamp;
}

/**
 * Keeps the message of each document, and its JSON: a document does not change, and a store with a cache answers the
 * same object again.
 */
export function perDocument<Document extends object, Message extends object>(
  make: (document: Document) => Message,
): (document: Document) => Message {
  const made = new WeakMap<Document, Message>();
  return (document) => {
    let message = made.get(document);
    if (message === undefined) {
      message = cacheJson(make(document));
      made.set(document, message);
    }
    return message;
  };
}

/** The details of an aggregate that has just been created. */
export function createdDetails({ sequence, changedAt, resourceOwner }: Details): DetailsMessage {
  const at = timestampFromMs(changedAt);
  return { sequence, creationDate: at, changeDate: at, resourceOwner };
}

/** The details of an aggregate that has been changed: the contract leaves out when it was created. */
export function changedDetails({ sequence, changedAt, resourceOwner }: Details): DetailsMessage {
  return { sequence, changeDate: timestampFromMs(changedAt), resourceOwner };
}

/** The facts about a whole list; the sequence is the position in $all of the documents. */
export function listDetails({ total, position, viewTime }: Listed<object>): ListDetailsMessage {
  return {
    totalResult: BigInt(total),
    processedSequence: position < 0n ? 0n : position,
    ...(viewTime !== undefined && { viewTimestamp: timestampFromMs(viewTime) }),
  };
}

/** The details of an aggregate that has been read. */
export function readDetails(details: DocumentDetails): DetailsMessage {
  return {
    sequence: BigInt(details.sequence),
    creationDate: timestampFromMs(Date.parse(details.creationDate)),
    changeDate: timestampFromMs(Date.parse(details.changeDate)),
    resourceOwner: details.resourceOwner,
  };
}
