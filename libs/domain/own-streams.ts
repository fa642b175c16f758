import { applicationStream } from './application/application.events.js';
import { nameStreamPrefixes } from './name/name.events.js';
import { projectStream } from './project/project.events.js';
import { projectionStream } from './projection/projection.events.js';
import { storeStream } from './store/store.events.js';

/** What the names of all streams begin with that Appledger writes. Other programs may share the event store. */
export const ownStreamPrefixes: readonly string[] = [
  applicationStream(''),
  projectStream(''),
  ...nameStreamPrefixes,
  projectionStream(''),
  storeStream,
];
