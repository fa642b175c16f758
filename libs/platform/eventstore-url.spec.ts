import { eventStoreUrl, numberOption, withoutPassword } from './eventstore-url.js';

describe('a connection string of EventStoreDB', () => {
  it.each([
    'esdb://localhost',
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://127.0.0.1:2113/?tls=false',
    'esdb://user:p%40ss@node-1.example:2113,node-2.example:2113,node-3.example',
    'esdb+discover://user:password@cluster.example:2113?nodePreference=follower&keepAliveInterval=-1',
    'esdb://host?TLS=true&tls-ca-file=/ca.pem&default_deadline=5000&connectionName=appledger',
  ])('is %s', (text) => {
    expect(eventStoreUrl(text)).toBe(text);
  });

  it.each([
    'http://localhost:2113',
    'esdb://',
    'localhost:2113',
    'esdb://host:port',
    'esdb://user@host:2113',
    'esdb://host?tls=perhaps',
    'esdb://host?tlsVerifyCert=false',
    'esdb://host?unknown=1',
    'esdb://host?tls=true=false',
    'esdb://host?defaultDeadline=0',
  ])('is not %s', (text) => {
    expect(eventStoreUrl(text)).toBeUndefined();
  });

  it('tells numbers, whatever the spelling', () => {
    expect(numberOption('esdb://host?tls=false&keep_alive_timeout=5', 'keepAliveTimeout')).toBe(5);
    expect(numberOption('esdb://host?tls=false', 'keepAliveTimeout')).toBeUndefined();
  });

  it.each([
    ['esdb://user:secret@host:2113', 'esdb://…@host:2113'],
    ['esdb://user:se@cret@host:2113', 'esdb://…@host:2113'],
    ['user:secret@host', '…@host'],
    ['esdb://host:2113?tls=false', 'esdb://host:2113?tls=false'],
  ])('shows %s as %s', (text, shown) => {
    expect(withoutPassword(text)).toBe(shown);
  });
});
