import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { NOTHING_PROJECTED, type ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { ApplicationDocument } from '#libs/registry/applications/projections/applications/applications.document.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { features } from '#libs/registry/features.js';
import { recorded } from '../../../test/support/projection.js';
import { fold, idsToLoad, touchesOf, UnprojectableEventError } from './fold.js';
import type { Projection } from './projection.js';

const APPLICATIONS = 4;
const ids = Array.from({ length: APPLICATIONS }, (_, index) => `${1000 + index}`);

/** Histories of a few applications, mixed: the number says whose event is next; the second number is the gap before. */
const histories = fc
  .array(fc.tuple(fc.nat(APPLICATIONS - 1), fc.integer({ min: 1, max: 1000 })), { maxLength: 30 })
  .map((steps) => {
    const revisions = new Map<string, bigint>();
    let position = -1n;
    return steps.map(([which, gap]): RecordedEvent => {
      const appId = ids[which] ?? '';
      const revision = revisions.get(appId) ?? 0n;
      revisions.set(appId, revision + 1n);
      position += BigInt(gap);
      const place = { stream: `application-${appId}`, revision, position };
      return revision === 0n
        ? recorded({ type: 'ApplicationAdded', data: { appId, projectId: '2', name: `App ${appId}` } }, place)
        : recorded(
            { type: 'ApiConfigAdded', data: { appId, clientId: `client ${revision}`, authMethod: 'privateKeyJwt' } },
            place,
          );
    });
  });

describe('fold', () => {
  const folder = mkdtempSync(join(tmpdir(), 'appledger-fold.'));
  let readModel: ReadModel;

  beforeAll(() => {
    readModel = openEmbeddedReadModel(folder);
  });

  afterAll(async () => {
    await readModel.close();
    rmSync(folder, { recursive: true });
  });

  const inOwnCollection = (): Projection<ApplicationDocument> => {
    const name = `applications${randomUUID().replaceAll('-', '')}`;
    return { ...applicationsProjection, name, collection: { name } };
  };

  const project = async (projection: Projection<ApplicationDocument>, events: readonly RecordedEvent[]) => {
    const touches = touchesOf(projection, features.codec, events);
    const known = await readModel.getMany(projection.collection, idsToLoad(touches));
    await readModel.apply({
      collection: projection.collection,
      writes: fold(touches, known),
      after: NOTHING_PROJECTED,
      checkpoint: events.at(-1)?.position ?? NOTHING_PROJECTED,
    });
  };

  const documentsAfter = async (...batches: readonly (readonly RecordedEvent[])[]) => {
    const projection = inOwnCollection();
    for (const batch of batches) await project(projection, batch);
    return readModel.getMany(projection.collection, ids);
  };

  it('gives the same documents when everything is projected twice', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        expect(await documentsAfter(events, events)).toEqual(await documentsAfter(events));
      }),
    );
  });

  it('gives the same documents however the events are cut into batches, and however far it is set back', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(30), fc.nat(30), async (events, cut, back) => {
        const batches = [events.slice(0, cut), events.slice(Math.max(0, cut - back), cut), events.slice(cut)];
        expect(await documentsAfter(...batches)).toEqual(await documentsAfter(events));
      }),
    );
  });

  it('shows of each application all of its events', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        const documents = await documentsAfter(events);
        for (const id of ids) {
          const own = events.filter(({ stream }) => stream === `application-${id}`);
          expect(documents.get(id)?.position).toBe(own.at(-1)?.position);
          expect(documents.get(id)?.document?.details.sequence).toBe(own.length === 0 ? undefined : `${own.length}`);
        }
      }),
    );
  });

  it('goes on from documents that are ahead of the checkpoint, as a crash between the two leaves them', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(30), async (events, crash) => {
        const projection = inOwnCollection();
        const touches = touchesOf(projection, features.codec, events.slice(0, crash));
        await readModel.apply({
          collection: projection.collection,
          writes: fold(touches, new Map()),
          after: NOTHING_PROJECTED,
          checkpoint: NOTHING_PROJECTED,
        });
        await project(projection, events);
        expect(await readModel.getMany(projection.collection, ids)).toEqual(await documentsAfter(events));
      }),
    );
  });

  it('leaves out what a document holds already', () => {
    const touches = [4n, 5n, 6n].map((position) => ({
      id: '1',
      event: { position } as DecodedEvent,
      step: {
        id: () => '1',
        document: (before: { readonly count: number } | undefined) => ({ count: (before?.count ?? 0) + 1 }),
      },
    }));
    const known = (position: bigint) => new Map([['1', { position, document: { count: 10 } }]]);
    expect(fold(touches, known(5n))).toEqual([{ id: '1', position: 6n, document: { count: 11 } }]);
    expect(fold(touches, known(6n))).toEqual([]);
  });

  it('names the event that it cannot take', () => {
    const place = { stream: 'application-1', revision: 0n, position: 7n };
    const event = recorded({ type: 'ApplicationAdded', data: { appId: '1', projectId: '2', name: 'a' } }, place);
    const broken = { ...event, data: { appId: 1 } };
    expect(() => touchesOf(applicationsProjection, features.codec, [broken])).toThrow(UnprojectableEventError);
    expect(() => touchesOf(applicationsProjection, features.codec, [broken])).toThrow(
      /event ApplicationAdded in stream application-1 at position 7 cannot be projected/,
    );
  });

  it('does not look into events that do not concern it', () => {
    const place = { stream: 'application-1', revision: 0n, position: 7n };
    const abandoned = recorded({ type: 'CreationAbandoned', data: { owner: '1' } }, place);
    const foreign = { ...abandoned, type: 'SomebodyElses', metadata: Buffer.from('not JSON') };
    const malformed = { ...abandoned, data: 'malformed' };
    expect(touchesOf(applicationsProjection, features.codec, [foreign, malformed])).toEqual([]);
  });
});
