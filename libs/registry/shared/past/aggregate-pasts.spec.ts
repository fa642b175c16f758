import { randomUUID } from 'node:crypto';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import { features } from '#libs/registry/features.js';
import { all } from '../../../../test/contract/event-store/event-store-fixtures.js';
import { Projecting } from '../../../../test/support/projecting.js';
import { Page } from '../queries/list.js';
import { AggregatePasts } from './aggregate-pasts.js';
import { Points } from './points.js';

const BEGAN = Date.parse('2026-01-01T00:00:00Z');
const at = (second: number) => new Date(BEGAN + second * 1_000).toISOString();
const NOW = BEGAN + 60_000;
const place = { aggregateType: 'application', id: '7' };
const secret = (id: string) => ({ appId: '7', secretId: id, secretHash: 'hash', secretHint: 'hint', name: id });

let projecting: Projecting;
let pasts: AggregatePasts;
beforeEach(async () => {
  projecting = await Projecting.open();
  const { eventStore } = projecting;
  const streams = new PastStreams(eventStore, features.codec);
  const points = new Points(eventStore, features.codec, () => NOW);
  pasts = new AggregatePasts(streams, points, features.views, features.publicEvents, () => NOW);
});
afterEach(() => projecting.close());

async function append(store: EventStore, second: number, ...events: readonly AnyEvent[]): Promise<void> {
  const stream = events[0]?.type === 'ProjectRemoved' ? 'project-8' : 'application-7';
  const meta = {
    resourceOwner: '1',
    editor: { user: '2' },
    occurredAt: at(second),
    $correlationId: 'c',
    $causationId: 'c',
  };
  await store.append(stream, features.codec.encode(events, meta, randomUUID), 'any');
}

const added = { type: 'ApplicationAdded', data: { appId: '7', projectId: '8', name: 'One' } };
const configured = { type: 'ApiConfigAdded', data: { appId: '7', clientId: '9', authMethod: 'basic' } };
const renamed = (name: string) => ({ type: 'ApplicationChanged', data: { appId: '7', name } });

describe('a secret that expires', () => {
  beforeEach(async () => {
    const { eventStore } = projecting;
    await append(eventStore, 0, added, configured);
    const expiring = { ...secret('10'), addedAt: at(1), expiresAt: at(10) };
    await append(eventStore, 1, { type: 'SecretAdded', data: expiring });
    await append(eventStore, 5, renamed('Two'));
    await append(eventStore, 20, renamed('Three'));
  });

  it('is no part of a change that comes later', async () => {
    const { documents } = await pasts.history(place, 'operator', new Page(undefined));
    expect(documents.slice(0, 2).map(({ fields }) => fields)).toEqual([
      [{ field: 'name', before: 'Two', after: 'Three' }],
      [{ field: 'name', before: 'One', after: 'Two' }],
    ]);
  });

  it('is told by the time of the point', async () => {
    const field = 'secrets.10.state';
    const change = { field, before: 'SECRET_STATE_ACTIVE', after: 'SECRET_STATE_EXPIRED' };
    const diff = await pasts.diff(place, 'operator', { from: at(6), to: at(15) });
    expect(diff.fields).toEqual([change]);
    const now = await pasts.diff(place, 'operator', { from: 'sequence:4', to: '' });
    expect(now.fields).toEqual([{ field: 'name', before: 'Two', after: 'Three' }, change]);
  });
});

describe('a point inside of an append', () => {
  const rotated = [
    { type: 'SecretRemoved', data: { appId: '7', secretId: '10' } },
    { type: 'SecretAdded', data: { ...secret('11'), addedAt: at(2) } },
  ];
  let positions: readonly string[];
  beforeEach(async () => {
    const { eventStore } = projecting;
    await append(eventStore, 0, added, configured);
    await append(eventStore, 1, { type: 'SecretAdded', data: { ...secret('10'), addedAt: at(1) } });
    await append(eventStore, 2, ...rotated);
    positions = (await all(eventStore.readStream('application-7'))).map(({ position }) => `${position}`);
  });

  it('of a creation is the application with its configuration', async () => {
    const created = await pasts.state(place, 'operator', 'sequence:2');
    expect(created).toMatchObject({ sequence: 2n, fields: { apiConfig: { clientId: '9' } } });
    for (const point of ['sequence:1', positions[0], at(0)]) {
      expect(await pasts.state(place, 'operator', point ?? '')).toEqual(created);
    }
  });

  it('of a rotation has the new secret, and no longer the former one', async () => {
    const { sequence, fields } = await pasts.state(place, 'operator', positions[3] ?? '');
    expect([sequence, fields?.secrets]).toEqual([5n, [expect.objectContaining({ secretId: '11' })]]);
    const diff = await pasts.diff(place, 'operator', { from: positions[2] ?? '', to: positions[3] ?? '' });
    expect(diff.fields.map(({ field }) => field)).toEqual(['secrets.10', 'secrets.11']);
    const inside = await pasts.diff(place, 'operator', { from: positions[3] ?? '', to: positions[4] ?? '' });
    expect(inside.fields).toEqual([]);
  });
});

it('events that cannot be read, or cannot follow those before them, hide no others', async () => {
  const { eventStore } = projecting;
  await append(eventStore, 0, added);
  await append(eventStore, 1, { type: 'ApplicationKeyRemoved', data: { appId: '7', keyId: '11' } }); // there is none
  const malformed = { id: randomUUID(), type: 'ApplicationChanged', data: { appId: 7 }, metadata: {} };
  await eventStore.append('application-7', [malformed], 'any');
  await append(eventStore, 2, renamed('Two'));
  const { documents, total } = await pasts.history(place, 'operator', new Page(undefined));
  expect(total).toBe(3);
  expect(documents[0]?.fields).toEqual([{ field: 'name', before: 'One', after: 'Two' }]);
  expect((await pasts.state(place, 'operator', '')).sequence).toBe(4n);
});

describe('an application of a removed project', () => {
  const gone = { fields: undefined, sequence: 3n, last: expect.objectContaining({ type: 'ProjectRemoved' }) };
  const removed = { type: 'ProjectRemoved', data: { projectId: '8' } };
  let end: string;
  beforeEach(async () => {
    const { eventStore } = projecting;
    await append(eventStore, 0, added, configured);
    await append(eventStore, 1, renamed('Two'));
    await append(eventStore, 2, removed);
    end = `${(await all(eventStore.readStream('project-8')))[0]?.position}`;
  });

  it('is gone from then on', async () => {
    for (const point of ['', end, at(2), at(9)]) expect(await pasts.state(place, 'operator', point)).toEqual(gone);
    for (const point of ['sequence:3', at(1), `${BigInt(end) - 1n}`]) {
      expect(await pasts.state(place, 'operator', point)).toMatchObject({ sequence: 3n, fields: { name: 'Two' } });
    }
    const { fields } = await pasts.diff(place, 'operator', { from: 'sequence:3', to: '' });
    expect(fields).toContainEqual({ field: 'name', before: 'Two', after: undefined });
  });

  it('has the removal as its last change, which has no sequence in it', async () => {
    const { documents, total, position } = await pasts.history(place, 'operator', new Page(undefined));
    expect([total, `${position}`]).toEqual([4, end]);
    expect(documents.map(({ event, sequence }) => [event.type, sequence])).toEqual([
      ['ProjectRemoved', 0n],
      ['ApplicationChanged', 3n],
      ['ApiConfigAdded', 2n],
      ['ApplicationAdded', 1n],
    ]);
    expect(documents[0]?.fields).toContainEqual({ field: 'name', before: 'Two', after: undefined });
  });

  it('has no change that another process has appended afterwards', async () => {
    const { eventStore } = projecting;
    await append(eventStore, 3, renamed('Three'));
    await append(eventStore, 4, { type: 'ApplicationRemoved', data: { appId: '7' } });
    expect(await pasts.state(place, 'operator', '')).toEqual(gone);
    expect((await pasts.history(place, 'operator', new Page(undefined))).total).toBe(4);
  });
});

it('an application that was removed before its project has one end', async () => {
  const { eventStore } = projecting;
  await append(eventStore, 0, added, configured);
  await append(eventStore, 1, { type: 'ApplicationRemoved', data: { appId: '7' } });
  await append(eventStore, 2, { type: 'ProjectRemoved', data: { projectId: '8' } });
  const { documents, total } = await pasts.history(place, 'operator', new Page(undefined));
  expect([total, documents[0]?.event.type]).toEqual([3, 'ApplicationRemoved']);
  expect(await pasts.state(place, 'operator', '')).toMatchObject({
    sequence: 3n,
    last: { type: 'ApplicationRemoved' },
  });
});

it('an application that was added after the removal of its project has never been there', async () => {
  const { eventStore } = projecting;
  await append(eventStore, 0, { type: 'ProjectRemoved', data: { projectId: '8' } });
  await append(eventStore, 1, added, configured);
  await expect(pasts.state(place, 'operator', '')).rejects.toThrow('QUERY-pCP8P');
});
