import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { ListEventsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { Registry } from 'prom-client';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { NewerEventError } from '#libs/engine/events/event.errors.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import { GenerationRunner } from '#libs/engine/projector/generation-runner.js';
import { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { ProjectionMetrics } from '#libs/engine/projector/projection-metrics.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { features } from '#libs/registry/features.js';
import { ListEventsHandler } from '#libs/registry/history/queries/list-events/list-events.handler.js';
import { ListEventsQuery } from '#libs/registry/history/queries/list-events/list-events.query.js';
import { ChangePage } from '#libs/registry/history/queries/support/change-page.js';
import { Changes } from '#libs/registry/history/queries/support/changes.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { Points } from '#libs/registry/shared/past/points.js';
import { bothEventStores } from '../../support/both-event-stores.js';
import { context } from '../../support/creator.js';
import { added, codecOf, metadata, type Version, versions } from '../../support/event-versions.js';
import { LONG_MS } from '../../support/projecting.js';
import { Process } from '../../support/removal-scene.js';
import { silentLog } from '../../support/silent-log.js';
import { tempFolder } from '../../support/temp-folder.js';

const PROJECT = '10';
const NEWEST = 3;

/** The id of the application that the program of a version has added. */
const appOf = (version: Version) => `10${version}`;

/** An event of a type that only a newer program knows. */
const ofUnknownType = () => ({
  id: randomUUID(),
  type: 'ApplicationMoved',
  data: { appId: appOf(1) },
  metadata: { schemaVersion: 1, ...metadata },
});

/** Each reader of an older version, with each newer version that it may meet. */
const older: readonly (readonly [Version, Version])[] = [
  [1, 2],
  [1, 3],
  [2, 3],
];

describe.each(Object.entries(bothEventStores))('versions of an event, on %s', (_, open) => {
  let store: EventStore;
  let readModel: ReadModel;
  let runner: GenerationRunner | undefined;

  beforeEach(async () => {
    store = await open();
    readModel = openEmbeddedReadModel(join(tempFolder(), 'read-model'));
    const settings = { projectRoleAssertion: false, projectRoleCheck: false, hasProjectCheck: false };
    const data = { projectId: PROJECT, name: 'Project', privateLabelingSetting: 'unspecified' as const, ...settings };
    await new Process(store).append(projectStream(PROJECT), { type: 'ProjectAdded', data });
  });

  afterEach(async () => {
    await runner?.stop();
    runner = undefined;
    await readModel.close();
    await store.close();
  });

  async function add(version: Version): Promise<bigint> {
    const appId = appOf(version);
    const events = added(version, appId, PROJECT, `App ${version}`);
    return (await store.append(applicationStream(appId), events, 'noStream')).position;
  }

  /** Renames an application by a command of the program of a version. */
  function rename(reader: Version, appId: string, name: string) {
    const target = { projectId: PROJECT, appId, context };
    const { applications } = new Process(store, codecOf(reader));
    return applications.change(target, () => ({ type: 'UpdateApp', appId, name }));
  }

  function project(reader: Version): GenerationRunner {
    const identity = new LogIdentity(store, async () => undefined);
    const metrics = new ProjectionMetrics(new Registry());
    const parts = { eventStore: store, codec: codecOf(reader), readModel, log: silentLog, identity, metrics };
    const place = { collection: applicationsCollection, generation: { number: 1, log: undefined } };
    runner = new GenerationRunner(applicationsProjection, place, parts);
    runner.start();
    return runner;
  }

  const changes = async (reader: Version, appId: string) => {
    const codec = codecOf(reader);
    const points = new Points(store, codec, systemClock);
    const listed = new Changes(new PastStreams(store, codec), points, features.publicEvents);
    const [events = []] = await listed.of([applicationStream(appId)], {});
    return listed.page(events, new ChangePage(undefined));
  };

  const list = (reader: Version) => {
    const query = new ListEventsQuery(create(ListEventsRequestSchema, { asc: true }), new AbortController().signal);
    return new ListEventsHandler(store, codecOf(reader), features.publicEvents).execute(query);
  };

  it.each(versions)('given an application added in version %d, when it is renamed, then it is', async (version) => {
    await add(version);
    await expect(rename(NEWEST, appOf(version), `App ${version}`)).rejects.toMatchObject({ id: 'COMMAND-2m8vx' });
    expect(await rename(NEWEST, appOf(version), 'Other')).toMatchObject({ sequence: 2n });
    const listed = await changes(NEWEST, appOf(version));
    expect(listed.map(({ type, data }) => [type, data])).toEqual([
      ['ApplicationChanged', { appId: appOf(version), name: 'Other' }],
      ['ApplicationAdded', { appId: appOf(version), projectId: PROJECT, name: `App ${version}` }],
    ]);
  });

  it('every version becomes the same document', async () => {
    for (const version of versions) await add(version);
    expect(await project(NEWEST).waitFor(await store.head(), LONG_MS)).toBe(true);
    const documents = await readModel.getMany(applicationsCollection, versions.map(appOf));
    for (const version of versions) {
      expect(documents.get(appOf(version))?.document).toMatchObject({
        id: appOf(version),
        projectId: PROJECT,
        name: `App ${version}`,
        details: { sequence: '1', creationDate: metadata.occurredAt },
      });
    }
  });

  it('the history shows every version in the current shape', async () => {
    for (const version of versions) await add(version);
    const shown = (await list(NEWEST)).filter(({ type }) => type === 'ApplicationAdded');
    expect(shown.map(({ data, meta }) => [meta.schemaVersion, data])).toEqual(
      versions.map((version) => [version, { appId: appOf(version), projectId: PROJECT, name: `App ${version}` }]),
    );
  });

  it.each(older)('a program of version %d refuses a command on an event of version %d', async (reader, version) => {
    await add(version);
    const head = await store.head();
    await expect(rename(reader, appOf(version), 'Other')).rejects.toThrow(NewerEventError);
    expect(await store.head()).toBe(head);
  });

  it.each(older)(
    'a projection of version %d stops at an event of version %d, and says why',
    async (reader, version) => {
      const position = await add(version);
      const older = project(reader);
      expect(await older.waitFor(position, LONG_MS)).toBe(false);
      expect(older.status()).toMatchObject({
        state: 'failed',
        failure: {
          message: expect.stringContaining('a newer version of this program has written it'),
          event: { position },
        },
      });
      await older.stop();
      expect(await project(NEWEST).waitFor(position, LONG_MS)).toBe(true);
      expect(await readModel.get(applicationsCollection, appOf(version))).toMatchObject({ name: `App ${version}` });
    },
  );

  it.each(older)('a history of version %d says that it cannot show an event of version %d', async (reader, version) => {
    await add(version);
    await expect(changes(reader, appOf(version))).rejects.toThrow(NewerEventError);
    await expect(list(reader)).rejects.toThrow(NewerEventError);
  });

  it('an event of an unknown type stops all who would need it, and nobody else', async () => {
    await add(NEWEST);
    await store.append(applicationStream(appOf(NEWEST)), [ofUnknownType()], 0n);
    const position = await store.head();
    await expect(rename(NEWEST, appOf(NEWEST), 'Other')).rejects.toThrow(NewerEventError);
    await expect(changes(NEWEST, appOf(NEWEST))).rejects.toThrow(NewerEventError);
    await expect(list(NEWEST)).rejects.toThrow(NewerEventError);
    const stopped = project(NEWEST);
    expect(await stopped.waitFor(position, LONG_MS)).toBe(false);
    expect(stopped.status()).toMatchObject({ state: 'failed', failure: { event: { type: 'ApplicationMoved' } } });
    expect((await changes(NEWEST, appOf(1))).length).toBe(0);
  });
});
