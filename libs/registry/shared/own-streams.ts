import { projectionStream } from '#libs/engine/projector/projection.events.js';
import { storeStream } from '#libs/engine/projector/store.events.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { nameStream, nameStreamPrefixes } from '#libs/registry/names/name.events.js';
import { projectStream } from '#libs/registry/projects/project.events.js';

/** What the names of all streams begin with that Appledger writes. Other programs may share the event store. */
export const ownStreamPrefixes: readonly string[] = [
  applicationStream(''),
  projectStream(''),
  ...nameStreamPrefixes,
  projectionStream(''),
  storeStream,
];

/** An id of an application or a project. */
const ID = '\\d+';

/** SHA-256 in base64url: what a reservation's stream is named by. */
const HASH = '[\\w-]{43}';

const OWN_STREAM = new RegExp(
  `^(?:${[
    applicationStream(ID),
    projectStream(ID),
    nameStream({ kind: 'application', projectId: ID }, HASH),
    nameStream({ kind: 'project', organization: '.+' }, HASH),
    projectionStream('[A-Za-z]+'),
    storeStream,
  ].join('|')})$`,
  's',
);

/** Whether a stream has a name that Appledger gives. Another program's may begin with the same word. */
export function isOwnStream(stream: string): boolean {
  return OWN_STREAM.test(stream);
}

/** The word that a stream's name begins with, up to the id: what EventStoreDB calls its category. */
export function kindOfStream(stream: string): string {
  return ownStreamPrefixes.find((prefix) => stream.startsWith(prefix)) ?? stream;
}
