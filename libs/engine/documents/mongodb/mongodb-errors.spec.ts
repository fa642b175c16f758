import { MongoNetworkError } from 'mongodb';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { portError } from './mongodb-errors.js';

const ofNode = (code: string) => Object.assign(new Error('This socket has been ended by the other party'), { code });

describe('the error of a call to MongoDB', () => {
  it.each([
    ["is the port's for an error of the driver", new MongoNetworkError('connection closed')],
    ["is the port's for an error of Node, when a command is written to a closed socket", ofNode('EPIPE')],
    ["is the port's for an error of Node, when the socket has been destroyed", ofNode('ERR_STREAM_DESTROYED')],
  ])('%s', (_, error) => {
    const converted = portError(error);
    expect(converted).toBeInstanceOf(ReadModelUnavailableError);
    expect((converted as Error).message).toBe(
      `MongoDB does not answer (${error.message}): check that it runs and can be reached, and APPLEDGER_MONGODB_URL`,
    );
  });

  it.each([
    ['a fault of the program', new TypeError('x is not a function')],
    ['an error with another code', ofNode('EACCES')],
  ])('is unchanged for %s', (_, error) => {
    expect(portError(error)).toBe(error);
  });
});
