import { internalEvent } from '#libs/engine/events/event-definition.js';
import { object, text } from '#libs/engine/kernel/shape.js';
import { ignore, projection } from '#libs/engine/projector/projection.js';
import { nameEvents } from '#libs/registry/names/name.events.js';
import { projectsFeature } from '#libs/registry/projects/projects.feature.js';
import { combineFeatures } from './combine-features.js';
import type { Feature, FeatureRoute, FeatureStreams } from './feature.js';

const events = { ThingAdded: internalEvent(object({ thingId: text })) };
const streams: FeatureStreams = { prefix: 'thing-', id: '\\d+', idText: '<thingId>', holds: 'one thing', events };
const things: Feature = { name: 'things', events, streams: [streams] };

const collection = { name: 'things' };
const step = { begins: true, id: () => '1', document: () => ({ id: '1' }) } as const;
const thingsProjection = (streamPrefixes: readonly string[]) =>
  projection({ collection, version: 1, streamPrefixes, table: { ThingAdded: step, ThingChanged: ignore } });

class PingHandler {
  handle() {
    return { status: 204 };
  }
}

const operation = { operationId: 'Ping', tags: ['Tools'], summary: 'Ping', responses: {} };
const ping: FeatureRoute = { name: 'Tools/Ping', verb: 'GET', path: '/ping', operation, handler: PingHandler };

/** Declares in the streams of projects the events of the feature of names. */
const namesOfProjects: Feature = { name: 'names', events: nameEvents };

describe('features that are combined', () => {
  it('have one codec, which reads and writes each event in its streams only', () => {
    const { codec } = combineFeatures([things]);
    expect([codec.streams.has('thing-1'), codec.streams.has('thing-x'), codec.streams.has('other-1')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(codec.definitionOf('ThingAdded')).toBe(events.ThingAdded);
  });

  it.each<[string, readonly Feature[], string]>([
    ['declare an event twice', [things, { name: 'others', events }], 'things and others both declare ThingAdded'],
    ['have an event without a stream', [{ ...things, streams: [] }], 'ThingAdded stands in no stream'],
    [
      'have a stream with an undeclared event',
      [{ ...things, events: {} }],
      'hold ThingAdded, which no feature declares in its events',
    ],
    [
      'have streams with overlapping name prefixes',
      [things, { name: 'others', streams: [{ ...streams, prefix: 'thing-part-' }] }],
      'the stream names thing-part-… begin like those of thing-…',
    ],
    [
      'have a projection of unknown streams',
      [{ ...things, projections: [thingsProjection(['other-'])] }],
      'reads streams that no feature declares',
    ],
    [
      'have two projections with the same name',
      [{ ...things, projections: [thingsProjection(['thing-']), thingsProjection(['thing-'])] }],
      'two projections are called things',
    ],
    [
      'have calls of an undeclared service',
      [{ ...projectsFeature, services: [] }],
      'a service that no feature declares',
    ],
    ['have calls in an unknown group', [{ ...projectsFeature, groups: {} }], 'which does not exist'],
    ['have calls with unknown permissions', [{ ...projectsFeature, permissions: {} }], 'which no feature declares'],
    [
      'serve two routes at the same place',
      [{ name: 'ping', routes: [ping, ping], groups: { Tools: 'Tools.' } }],
      'two routes are served as GET /ping',
    ],
    [
      'have a route in an unknown group',
      [{ name: 'ping', routes: [ping] }],
      'in the group Tools, which does not exist',
    ],
  ])('are refused when they %s', (_, features, fault) => {
    const missing = features.some(({ name }) => name === 'projects') ? [namesOfProjects] : [];
    expect(() => combineFeatures([...features, ...missing])).toThrow(fault);
  });

  it('are refused when a call answers an error that no feature declares', () => {
    const { refusals: _, ...withoutRefusals } = projectsFeature;
    expect(() => combineFeatures([withoutRefusals, namesOfProjects])).toThrow(
      'which no feature declares in its refusals',
    );
  });
});
