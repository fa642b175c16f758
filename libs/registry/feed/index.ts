/**
 * What other features may use of the feed: the form in which subscribers get events, whichever way it reaches them, which
 * ones they get, and where they begin.
 */
export { type CloudEvent, cloudEvent, type EnvelopeOrigin, schemaPath, sourceOf } from './cloud-event.js';
export { feedTypes, type Selection } from './selection.js';
export { type Start, StartPoints } from './start-points.js';
