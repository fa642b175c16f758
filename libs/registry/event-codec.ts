import { createEventCodec } from '#libs/engine/events/event-codec.js';
import { ownStreams } from '#libs/engine/events/own-streams.js';
import { projectionStreams } from '#libs/engine/projector/projection.events.js';
import { storeStreams } from '#libs/engine/projector/store.events.js';
import { applicationStreams } from '#libs/registry/applications/application.events.js';
import { applicationNameStreams, projectNameStreams } from '#libs/registry/names/name.events.js';
import { projectStreams } from '#libs/registry/projects/project.events.js';
import { domainEvents } from '#libs/registry/shared/events.js';

/** Reads and writes every event of Appledger's. */
export const eventCodec = createEventCodec({
  definitions: domainEvents,
  streams: ownStreams([
    applicationStreams,
    projectStreams,
    applicationNameStreams,
    projectNameStreams,
    projectionStreams,
    storeStreams,
  ]),
});
