import { clientUrl, eventStoreUrl, numberOption, withoutPassword } from './eventstore-url.js';

describe('a connection string of EventStoreDB', () => {
  it.each([
    'esdb://localhost',
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://127.0.0.1:2113/?tls=false',
    'esdb://user:p%40ss@node-1.example:2113,node-2.example:2113,node-3.example',
    'esdb+discover://user:password@cluster.example:2113?nodePreference=follower&keepAliveInterval=-1',
    'kurrentdb://127.0.0.1:2113?tls=false',
    'kurrentdb+discover://user:password@cluster.example:2113',
    'esdb://host?TLS=true&tls-ca-file=/ca.pem&default_deadline=5000&connectionName=appledger',
  ])('is %s', (text) => {
    expect(eventStoreUrl(text)).toBe(text);
  });

  it.each([
    'http://localhost:2113',
    'esdb://',
    'kurrentdb://',
    'kurrent://host:2113',
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

  it.each([
    ['kurrentdb://host:2113?tls=false', 'esdb://host:2113?tls=false'],
    ['kurrentdb+discover://u:p@kurrentdb', 'esdb+discover://u:p@kurrentdb'],
    ['esdb://kurrentdb:2113', 'esdb://kurrentdb:2113'],
  ])('becomes, from %s, %s for the client', (text, read) => {
    expect(clientUrl(text)).toBe(read);
  });

  it('returns the number of an option in each spelling', () => {
    expect(numberOption('esdb://host?tls=false&keep_alive_timeout=5', 'keepAliveTimeout')).toBe(5);
    expect(numberOption('kurrentdb://host?keepAliveTimeout=5', 'keepAliveTimeout')).toBe(5);
    expect(numberOption('esdb://host?tls=false', 'keepAliveTimeout')).toBeUndefined();
  });

  it.each([
    ['esdb://user:secret@host:2113', 'esdb://…@host:2113'],
    ['esdb://user:se@cret@host:2113', 'esdb://…@host:2113'],
    ['kurrentdb+discover://user:secret@host', 'kurrentdb+discover://…@host'],
    ['user:secret@host', '…@host'],
    ['esdb://host:2113?tls=false', 'esdb://host:2113?tls=false'],
  ])('is shown without its password: %s as %s', (text, shown) => {
    expect(withoutPassword(text)).toBe(shown);
  });
});
