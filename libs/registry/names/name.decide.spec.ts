import { decideReservation, fateOf, RESERVATION_GRACE_MS } from './name.decide.js';
import { evolveName } from './name.evolve.js';
import { comparableName } from './name.js';
import { freeName, type HeldName } from './name.state.js';

const owner = '1001';
const held = evolveName(freeName, { type: 'NameReserved', data: { name: 'portal', owner } }) as HeldName;
const heldAt3 = evolveName(held, {
  type: 'NameReserved',
  data: { name: 'portal', owner, ownerRevision: 3 },
}) as HeldName;

describe('a name', () => {
  it('is reserved when it is free', () => {
    expect(decideReservation(freeName, 'pending', 0)).toBe('reserve');
  });

  it('is refused when its holder has it', () => {
    expect(decideReservation(held, 'bears', RESERVATION_GRACE_MS * 10)).toBe('refuse');
  });

  it('is reserved when its holder was abandoned', () => {
    expect(decideReservation(held, 'abandoned', 0)).toBe('reserve');
  });

  it('is waited for while its holder may still get it', () => {
    expect(decideReservation(held, 'pending', RESERVATION_GRACE_MS - 1)).toBe('wait');
  });

  it('is taken over after the grace period of its holder', () => {
    expect(decideReservation(held, 'pending', RESERVATION_GRACE_MS)).toBe('abandonHolder');
  });

  it.each([
    ['Portal', 'pORTAL'],
    [' Portal', 'portal\t'],
    ['ÄRGER', 'ärger'],
  ])('%j and %j are the same', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other));
  });
});

describe('the holder of a name', () => {
  const ofACreation = held;
  const ofARename = heldAt3;

  it.each([
    ['has not been created yet', ofACreation, { revision: 'noStream', name: undefined }, 'pending'],
    ['was created under the name', ofACreation, { revision: 1n, name: 'portal' }, 'bears'],
    ['was created under another name', ofACreation, { revision: 1n, name: 'other' }, 'abandoned'],
    ['was abandoned', ofACreation, { revision: 0n, name: undefined }, 'abandoned'],
    ['has not been renamed yet', ofARename, { revision: 3n, name: 'other' }, 'pending'],
    ['is read from a replica that is behind', ofARename, { revision: 2n, name: 'other' }, 'pending'],
    ['was renamed', ofARename, { revision: 4n, name: 'portal' }, 'bears'],
    ['was renamed, and changed since', ofARename, { revision: 9n, name: 'portal' }, 'bears'],
    ['was changed in another way before the rename', ofARename, { revision: 4n, name: 'other' }, 'abandoned'],
    ['was removed', ofARename, { revision: 4n, name: undefined }, 'abandoned'],
  ] as const)('that %s', (_, reservation, holder, fate) => {
    expect(fateOf(reservation, holder, 'portal')).toBe(fate);
  });
});
