import { decideReservation, RESERVATION_GRACE_MS } from './name.decide.js';
import { evolveName } from './name.evolve.js';
import { comparableName } from './name.js';
import { freeName, type NameState } from './name.state.js';

const held: NameState = evolveName(freeName, { type: 'NameReserved', data: { name: 'portal', owner: '1001' } });

describe('a name', () => {
  it('is reserved when nobody holds it', () => {
    expect(decideReservation(freeName, 'pending', 0)).toBe('reserve');
  });

  it('is refused when its holder was created', () => {
    expect(decideReservation(held, 'created', RESERVATION_GRACE_MS * 10)).toBe('refuse');
  });

  it('is reserved when its holder was given up', () => {
    expect(decideReservation(held, 'abandoned', 0)).toBe('reserve');
  });

  it('is waited for while its holder may still be created', () => {
    expect(decideReservation(held, 'pending', RESERVATION_GRACE_MS - 1)).toBe('wait');
  });

  it('is taken over when its holder had its time', () => {
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
