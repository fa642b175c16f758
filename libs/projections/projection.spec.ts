import type { Collection } from '#libs/read-model/port/read-model.js';
import { ignore, projection } from './projection.js';
import { projections } from './projections.js';

const things: Collection<{ readonly id: string }> = { name: 'things' };

describe('projection', () => {
  it('does not compile when a type of event is left out', () => {
    const declare = () =>
      // @ts-expect-error ApiConfigAdded is missing
      projection(things, ['application-'], {
        ApplicationAdded: ignore,
        ProjectAdded: ignore,
        NameReserved: ignore,
        CreationAbandoned: ignore,
      });
    expect(declare().stepFor('ApiConfigAdded')).toBeUndefined();
  });

  it('has no step for types that are ignored, foreign, or only look like a property of objects', () => {
    const { stepFor } = projection(things, ['application-'], {
      ApplicationAdded: { id: ({ data }) => data.appId, document: (_, { data }) => ({ id: data.appId }) },
      ApiConfigAdded: ignore,
      ProjectAdded: ignore,
      NameReserved: ignore,
      CreationAbandoned: ignore,
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
