import { randomUUID } from 'node:crypto';
import type { EventToAppend } from '#libs/engine/event-store/port/event-store.js';
import { createEventCodec, type EventCodec } from '#libs/engine/events/event-codec.js';
import { publicEvent } from '#libs/engine/events/event-definition.js';
import { object, text } from '#libs/engine/kernel/shape.js';
import { applicationEvents } from '#libs/registry/applications/application.events.js';
import { features } from '#libs/registry/features.js';

/*
 * A history that ApplicationAdded might have: its first version named the ids otherwise, its second one the name, and
 * its third one is that of today. So today's deciders and projections are readers of the third version.
 */
const first = publicEvent('project.application.added', object({ id: text, project: text, title: text }));
const second = first.nextVersion(object({ appId: text, projectId: text, title: text }), ({ id, project, title }) => ({
  appId: id,
  projectId: project,
  title,
}));
const third = second.nextVersion(applicationEvents.ApplicationAdded.data, ({ title, ...rest }) => ({
  ...rest,
  name: title,
}));

const { streams } = features.codec;

/** The codecs of three programs; the program of version n writes ApplicationAdded in version n, and reads up to it. */
export const codecs = {
  1: createEventCodec({ definitions: { ...features.events, ApplicationAdded: first }, streams }),
  2: createEventCodec({ definitions: { ...features.events, ApplicationAdded: second }, streams }),
  3: createEventCodec({ definitions: { ...features.events, ApplicationAdded: third }, streams }),
} as const;

/** A version of ApplicationAdded. */
export type Version = keyof typeof codecs;

export const versions: readonly Version[] = [1, 2, 3];

/** What every event of these tests has in its metadata, but for the version. */
export const metadata = {
  resourceOwner: '1',
  editor: { user: '2' },
  occurredAt: '2024-04-10T04:31:16.326Z',
  $correlationId: 'request-1',
  $causationId: 'request-1',
};

/** ApplicationAdded, as the program of a version appends it. */
export function added(version: Version, appId: string, projectId: string, name: string): readonly EventToAppend[] {
  const type = 'ApplicationAdded';
  switch (version) {
    case 1:
      return codecs[1].encode([{ type, data: { id: appId, project: projectId, title: name } }], metadata, randomUUID);
    case 2:
      return codecs[2].encode([{ type, data: { appId, projectId, title: name } }], metadata, randomUUID);
    default:
      return codecs[3].encode([{ type, data: { appId, projectId, name } }], metadata, randomUUID);
  }
}

/** The codec of a program, for what is not typed by its events. */
export const codecOf = (version: Version): EventCodec => codecs[version] as EventCodec;
