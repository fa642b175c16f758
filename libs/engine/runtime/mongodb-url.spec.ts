import { databaseIn, mongoDbUrl } from './mongodb-url.js';

describe('a connection string of MongoDB', () => {
  it.each([
    'mongodb://localhost',
    'mongodb://127.0.0.1:27017/',
    'mongodb://[::1]:27017/appledger',
    'mongodb://user:p%40ss@a.example:27017,b.example:27018/apps?replicaSet=rs0&authSource=admin',
    'mongodb+srv://user:password@cluster.example/apps?retryWrites=true',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/apps',
  ])('is %s', (text) => {
    expect(mongoDbUrl(text)).toBe(text);
  });

  it.each([
    'http://localhost:27017',
    'mongodb://',
    'localhost:27017',
    'mongodb://host:port',
    'mongodb://user:p@ss@host',
    'mongodb://host/a.b',
    'mongodb://host/a/b',
    'mongodb+srv://a.example,b.example',
    'mongodb+srv://cluster.example:27017',
    'mongodb://host/a%2Eb',
    'mongodb://%2Ftmp/apps',
  ])('is not %s', (text) => {
    expect(mongoDbUrl(text)).toBeUndefined();
  });

  it.each([
    ['mongodb://host:27017', 'appledger'],
    ['mongodb://host:27017/?directConnection=true', 'appledger'],
    ['mongodb+srv://user:password@cluster.example/apps?w=majority', 'apps'],
  ])('%s names the database %s', (text, database) => {
    expect(databaseIn(text)).toBe(database);
  });
});
