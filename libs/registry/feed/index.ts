/**
 * What other features may use of the feed: the events, the form in which subscribers get them, whichever way it reaches
 * them, which ones they get, and where they begin.
 */
export { type CloudEvent, cloudEvent, type EnvelopeOrigin, schemaPath, sourceOf } from './cloud-event.js';
export { EventFeed, type StreamPlace } from './event-feed.js';
export type { FeedEvent, FeedStep } from './feed-event.js';
export { feedTypes, type Selection, typesNamed } from './selection.js';
export { type Start, StartPoints } from './start-points.js';
