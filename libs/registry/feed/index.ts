/** What other features may use of the feed: the form in which subscribers get events, whichever way it reaches them. */
export { type CloudEvent, cloudEvent, type EnvelopeOrigin, schemaPath, sourceOf } from './cloud-event.js';
