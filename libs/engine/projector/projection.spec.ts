import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { features } from '#libs/registry/features.js';
import { ignore, projection, type Step } from './projection.js';

interface Thing {
  readonly id: string;
}
const things: Collection<Thing> = { name: 'things' };
const declared = { collection: things, version: 1, streamPrefixes: ['application-'] };

type ThingEvent =
  | { readonly type: 'ThingAdded'; readonly data: { readonly thingId: string } }
  | { readonly type: 'ThingChanged'; readonly data: { readonly thingId: string } };

const nothing = { ThingAdded: ignore, ThingChanged: ignore } as const;
const thingId = ({ data }: { readonly data: { readonly thingId: string } }) => data.thingId;
const ThingAdded: Step<Thing, DecodedEvent<ThingEvent>> = {
  id: thingId,
  document: (_, event) => ({ id: thingId(event) }),
};

describe('projection', () => {
  it('does not compile when a type of event is left out', () => {
    const { ThingChanged: _, ...table } = nothing;
    // @ts-expect-error ThingChanged is missing
    expect(projection<Thing, ThingEvent>({ ...declared, table }).stepFor('ThingChanged')).toBeUndefined();
  });

  it('has no step for types that are ignored, foreign, or only look like a property of objects', () => {
    const { stepFor } = projection<Thing, ThingEvent>({
      ...declared,
      table: { ...nothing, ThingAdded },
    });
    expect(stepFor('ThingAdded')).toBe(ThingAdded);
    for (const type of ['ThingChanged', 'SomethingElse', 'constructor', '$metadata']) {
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
    expect(new Set(features.projections.map(({ name }) => name)).size).toBe(features.projections.length);
  });
});
