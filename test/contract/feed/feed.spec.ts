import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { features } from '#libs/registry/features.js';
import type { FeedStep } from '#libs/registry/feed/feed-event.js';
import { bothEventStores } from '../../support/both-event-stores.js';
import { everyone, FeedScene } from '../../support/feed-scene.js';
import { until } from '../../support/until.js';

const ORGANIZATIONS = ['o1', 'o2'];
const PROJECTS = ['11', '12', '111'];
const APPLICATIONS = ['21', '22', '212', '23'];
/** The project of each application, by its place in the list. */
const projectOf = (application: string) => PROJECTS[APPLICATIONS.indexOf(application) % PROJECTS.length] ?? '';

/** Something that is appended, and the event that clients see of it. */
interface Written {
  readonly id: string;
  readonly name: string | undefined;
  readonly organization: string;
  readonly project: string;
  readonly application: string;
}

/** What may be appended. */
interface Write {
  readonly kind: string;
  readonly application: string;
  readonly project: string;
  readonly organization: string;
  readonly type: string;
}

const writes: fc.Arbitrary<Write[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('application', 'application', 'project', 'name', 'foreign', 'taken over'),
    application: fc.constantFrom(...APPLICATIONS),
    project: fc.constantFrom(...PROJECTS),
    organization: fc.constantFrom(...ORGANIZATIONS),
    type: fc.constantFrom('ApplicationChanged', 'ApplicationDeactivated', 'ApplicationRemoved'),
  }),
  { maxLength: 40 },
);

const TYPES = [
  'project.application.added',
  'project.application.changed',
  'project.application.removed',
  'project.added',
];
const requests = fc.record(
  {
    types: fc.subarray(TYPES, { minLength: 1 }),
    organization: fc.constantFrom(...ORGANIZATIONS),
    project: fc.constantFrom(...PROJECTS, '1'),
    application: fc.constantFrom(...APPLICATIONS, '2'),
    limit: fc.integer({ min: 1, max: 7 }),
  },
  { requiredKeys: ['limit'] },
);

describe.each(Object.entries(bothEventStores))('the feed of %s', (_, open) => {
  let scene: FeedScene;
  const begun = new Set<string>();
  beforeEach(async () => {
    scene = new FeedScene(await open());
    begun.clear();
  });
  afterEach(() => scene.close());

  /** Appends something. Answers what clients see of it, in order. */
  async function write({ kind, application, project, organization, type }: Write): Promise<readonly Written[]> {
    if (kind === 'foreign') {
      await scene.store.append(
        'elsewhere-1',
        [{ id: randomUUID(), type: 'ApplicationAdded', data: {}, metadata: {} }],
        'any',
      );
      return [];
    }
    if (kind === 'name') {
      const data = { name: 'a', owner: application };
      await scene.append(`applicationName-1-${'a'.repeat(43)}`, organization, [{ type: 'NameReserved', data }]);
      return [];
    }
    if (kind === 'project') {
      const settings = { projectRoleAssertion: false, projectRoleCheck: false, hasProjectCheck: false };
      const data = { projectId: project, name: 'P', ...settings, privateLabelingSetting: 'unspecified' };
      const [id = ''] = await scene.append(`project-${project}`, organization, [{ type: 'ProjectAdded', data }]);
      return [{ id, name: 'project.added', organization, project, application: '' }];
    }
    const own = projectOf(application);
    const isNew = !begun.has(application);
    begun.add(application);
    const change = type === 'ApplicationChanged' ? { appId: application, name: 'n' } : { appId: application };
    const events = [
      ...(isNew ? [{ type: 'ApplicationAdded', data: { appId: application, projectId: own, name: 'n' } }] : []),
      kind === 'taken over'
        ? { type: 'RenameAbandoned', data: { owner: application, name: 'n' } }
        : { type, data: change },
    ];
    const ids = await scene.append(`application-${application}`, organization, events);
    return events.flatMap((event, index) => {
      const name = features.publicEvents.nameOf(event.type);
      return name === undefined ? [] : [{ id: ids[index] ?? '', name, organization, project: own, application }];
    });
  }

  it('answers, page by page, every selected event once and in order', async () => {
    const written: Written[] = [];
    await fc.assert(
      fc.asyncProperty(writes, fc.array(requests, { maxLength: 6 }), async (more, asked) => {
        for (const each of more) written.push(...(await write(each)));
        for (const { types, organization, project, application, limit } of asked) {
          const selected = written.filter(
            (event) =>
              (types === undefined || types.includes(event.name ?? '')) &&
              (organization === undefined || event.organization === organization) &&
              (project === undefined || event.project === project) &&
              (application === undefined || event.application === application),
          );
          const ids = await scene.pullAll({
            limit,
            ...(types && { types: [types.join(',')] }),
            ...(project && { project }),
            ...(application && { application }),
            reader: { ...everyone, organization },
          });
          expect(ids).toEqual(selected.map(({ id }) => id));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('reads an application from its own stream, from anywhere in it, and not from the whole log', async () => {
    const ids = await scene.append('application-21', 'o1', [added('21')]);
    await scene.append('application-22', 'o1', [added('22')]);
    const renamed = { type: 'ApplicationChanged', data: { appId: '21', name: 'm' } };
    ids.push(
      ...(await scene.append(
        'application-21',
        'o1',
        Array.from({ length: 600 }, () => renamed),
      )),
    );
    const removed = { type: 'ApplicationRemoved', data: { appId: '21' } };
    ids.push(...(await scene.append('application-21', 'o1', [removed])));
    const { nextCursor: end } = await scene.pull({ after: 'now' });
    await scene.pull({ after: end }); // the live feed runs: it is the only subscription to the log
    expect(await scene.pullAll({ application: '21', limit: 1_000 })).toEqual(ids);
    expect(await scene.pullAll({ application: '21', limit: 130 })).toEqual(ids);
    const all = await scene.pullPages({ limit: 1_000 });
    const subscribe = scene.store.subscribeToAll.bind(scene.store);
    let subscriptions = 0;
    scene.store.subscribeToAll = (options) => {
      subscriptions += 1;
      return subscribe(options);
    };
    for (const from of [0, 1, 2, 300, 601]) {
      const { nextCursor: after } = await scene.pull({ application: '21', limit: from + 1 });
      expect(await scene.pullAll({ application: '21', limit: 1_000, after })).toEqual(ids.slice(from + 1));
    }
    expect(await scene.pull({ application: '21', after: end })).toEqual({
      events: [],
      nextCursor: end,
      hasMore: false,
    });
    expect(subscriptions).toBe(0);
    const own = await scene.pullPages({ application: '21', limit: 1_000 });
    expect(own.events).toEqual(all.events.filter(({ subject }) => subject === '21'));
    expect(own.nextCursor).toBe(all.nextCursor);
  });

  it('reads an application whose stream another client has deleted or truncated from the log', async () => {
    const ids = await scene.append('application-21', 'o1', [added('21')]);
    ids.push(...(await scene.append('application-21', 'o1', [{ type: 'ApplicationRemoved', data: { appId: '21' } }])));
    const truncation = { id: randomUUID(), type: '$metadata', data: { $tb: 1 }, metadata: {} };
    await scene.store.append('$$application-21', [truncation], 'any');
    expect(await scene.pullAll({ application: '21' })).toEqual(ids);
    expect(await scene.pullAll({ application: 'never' })).toEqual([]);
  });

  it('follows from anywhere, through the end of the log, without a gap and without a repetition', async () => {
    const written: string[] = [];
    const add = async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const { length } = written;
        written.push(...(await scene.append(`application-${1_000 + length}`, 'o1', [added(`${1_000 + length}`)])));
      }
    };
    await add(30);
    const leaving = new AbortController();
    const readers = [0, 10, 29, 30].map(async (from) => {
      const start = from === 0 ? -1n : await positionOf(written[from - 1] ?? '');
      const seen: string[] = [];
      const follow = async () => {
        const all = { types: undefined, organization: undefined, project: undefined, application: undefined };
        const log = await logOf();
        for await (const step of scene.feed.follow(all, { after: start, log }, leaving.signal))
          seen.push(...idsOf(step));
      };
      return { from, seen, done: follow() };
    });
    const started = await Promise.all(readers);
    await add(60);
    for (const { from, seen } of started) await until(() => seen.length >= written.length - from);
    leaving.abort();
    for (const { from, seen, done } of started) {
      await done;
      expect(seen).toEqual(written.slice(from));
    }
  });

  it('holds a request until there is an event for it, and answers it to all who wait', async () => {
    const { nextCursor: after } = await scene.pull({ after: 'now' });
    const held = [1, 2, 3].map(() => scene.pull({ after, application: '22', waitMs: 60_000 }));
    await scene.append('application-21', 'o1', [added('21')]);
    const [id] = await scene.append('application-22', 'o1', [added('22')]);
    for (const page of await Promise.all(held)) expect(page.events.map(({ envelope }) => envelope.id)).toEqual([id]);
  });

  it('ends a held request without an event when its time is over, its reader leaves or the server stops', async () => {
    await scene.append('application-21', 'o1', [added('21')]);
    const { nextCursor: after } = await scene.pull({});
    expect(await scene.pull({ after, waitMs: 20 })).toEqual({ events: [], nextCursor: after, hasMore: false });
    for (const which of ['abandoned', 'stopping'] as const) {
      const ending = new AbortController();
      const held = scene.pull({ after, waitMs: 60_000, reader: { ...everyone, [which]: ending.signal } });
      setTimeout(() => ending.abort(), 20);
      expect((await held).events).toEqual([]);
    }
  });

  async function positionOf(id: string): Promise<bigint> {
    for await (const event of scene.store.readAll()) if (event.id === id) return event.position;
    throw new Error(`${id} was not written`);
  }

  async function logOf(): Promise<string> {
    for await (const { data } of scene.store.readStream('appledger-store')) return (data as { id: string }).id;
    await scene.pull({});
    return logOf();
  }
});

function added(appId: string) {
  return { type: 'ApplicationAdded', data: { appId, projectId: '11', name: 'n' } };
}

function idsOf({ events }: FeedStep): readonly string[] {
  return events.map(({ envelope }) => envelope.id ?? '');
}
