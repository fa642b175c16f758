import { errorCatalogue } from '../errors/error-catalogue.js';
import { servedCalls } from '../served-calls.js';
import { callGuide, errorsOfAccess } from './call-guide.js';

describe('the guide to the calls', () => {
  it('speaks of every served call, and of no other', () => {
    expect(Object.keys(callGuide)).toEqual(servedCalls.map(({ name }) => name));
  });

  it('names every error of the catalogue at a call that answers it', () => {
    const named = new Set([...errorsOfAccess, ...Object.values(callGuide).flatMap(({ errors }) => errors)]);
    expect([...named].sort()).toEqual(Object.keys(errorCatalogue).sort());
  });
});
