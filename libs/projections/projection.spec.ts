import { domainEvents, type EventType } from '#libs/domain/events.js';
import type { Collection } from '#libs/read-model/port/read-model.js';
import { ignore, projection } from './projection.js';
import { projections } from './projections.js';

const things: Collection<{ readonly id: string }> = { name: 'things' };
const ignoreAll = Object.fromEntries(Object.keys(domainEvents).map((type) => [type, ignore])) as {
  readonly [Type in EventType]: typeof ignore;
};

describe('projection', () => {
  it('does not compile when a type of event is left out', () => {
    const { ApiConfigAdded: _, ...others } = ignoreAll;
    // @ts-expect-error ApiConfigAdded is missing
    const declare = () => projection(things, ['application-'], others);
    expect(declare().stepFor('ApiConfigAdded')).toBeUndefined();
  });

  it('has no step for types that are ignored, foreign, or only look like a property of objects', () => {
    const { stepFor } = projection(things, ['application-'], {
      ...ignoreAll,
      ApplicationAdded: { id: ({ data }) => data.appId, document: (_, { data }) => ({ id: data.appId }) },
    });
    expect(stepFor('ApplicationAdded')).toBeDefined();
    for (const type of ['ApiConfigAdded', 'SomethingElse', 'constructor', '$metadata']) {
      expect(stepFor(type)).toBeUndefined();
    }
  });
});

describe('projections', () => {
  it('have names of their own', () => {
    expect(new Set(projections.map(({ name }) => name)).size).toBe(projections.length);
  });
});
