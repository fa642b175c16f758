import type { Collection } from '#libs/engine/documents/port/read-model.js';
import { projections } from '#libs/registry/projections.js';
import { domainEvents, type EventType } from '#libs/registry/shared/events.js';
import { ignore, projection } from './projection.js';

const things: Collection<{ readonly id: string }> = { name: 'things' };
const declared = { collection: things, version: 1, streamPrefixes: ['application-'] };
const nothing = Object.fromEntries(Object.keys(domainEvents).map((type) => [type, ignore])) as Record<
  EventType,
  typeof ignore
>;

describe('projection', () => {
  it('does not compile when a type of event is left out', () => {
    const { ApiConfigAdded: _, ...table } = nothing;
    // @ts-expect-error ApiConfigAdded is missing
    expect(projection({ ...declared, table }).stepFor('ApiConfigAdded')).toBeUndefined();
  });

  it('has no step for types that are ignored, foreign, or only look like a property of objects', () => {
    const { stepFor } = projection({
      ...declared,
      table: {
        ...nothing,
        ApplicationAdded: { id: ({ data }) => data.appId, document: (_, { data }) => ({ id: data.appId }) },
      },
    });
    expect(stepFor('ApplicationAdded')).toBeDefined();
    for (const type of ['ApiConfigAdded', 'SomethingElse', 'constructor', '$metadata']) {
      expect(stepFor(type)).toBeUndefined();
    }
  });

  it('has another definition with another version, and with other indexes', () => {
    const indexed = { ...things, indexes: [['id']] };
    const definitions = [
      projection({ ...declared, table: nothing }),
      projection({ ...declared, table: nothing, version: 2 }),
      projection({ ...declared, table: nothing, collection: indexed }),
    ].map(({ definition }) => definition);
    expect(new Set(definitions).size).toBe(definitions.length);
    expect(projection({ ...declared, table: nothing }).definition).toBe(definitions[0]);
  });
});

describe('projections', () => {
  it('have names of their own', () => {
    expect(new Set(projections.map(({ name }) => name)).size).toBe(projections.length);
  });
});
