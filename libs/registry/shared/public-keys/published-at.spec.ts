import { isPublicAddress } from './public-addresses.js';
import { publishedAtFault } from './published-at.js';

describe('a URL of public keys', () => {
  it.each([
    'https://client.example/jwks.json',
    'https://client.example:8443/a?b=c',
    'https://93.184.215.14/jwks',
    'https://[2606:4700::1]/jwks',
    'https://xn--mnchen-3ya.example/jwks',
  ])('is accepted: %s', (uri) => {
    expect(publishedAtFault(uri, false)).toBeUndefined();
  });

  it.each([
    ['no url', 'must be a URL'],
    ['', 'must be a URL'],
    ['http://client.example/jwks', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['ftp://client.example', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['https://user@client.example/', 'no user'],
    ['https://user:secret@client.example/', 'no user'],
    ['https://client.example/#keys', 'no #'],
    ['https://localhost/jwks', 'public address'],
    ['https://LOCALHOST./jwks', 'public address'],
    ['https://keys.localhost/jwks', 'public address'],
    ['https://127.0.0.1/', 'public address'],
    ['https://2130706433/', 'public address'],
    ['https://0x7f.1/', 'public address'],
    ['https://017700000001/', 'public address'],
    ['https://169.254.169.254/latest/meta-data', 'public address'],
    ['https://10.1.2.3/', 'public address'],
    ['https://[::1]/', 'public address'],
    ['https://[::ffff:127.0.0.1]/', 'public address'],
    ['https://[fd00:ec2::254]/', 'public address'],
    ['https://[fe80::1]/', 'public address'],
  ])('is refused: %s', (uri, text) => {
    expect(publishedAtFault(uri, false)).toContain(text);
  });

  it('may have http and a private address where the configuration allows it, and nothing else more', () => {
    expect(publishedAtFault('http://127.0.0.1:9/jwks', true)).toBeUndefined();
    expect(publishedAtFault('file:///etc/passwd', true)).toContain('https://');
    expect(publishedAtFault('http://user@127.0.0.1/', true)).toContain('no user');
  });
});

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1', '2a00:1450::1'])(
    'is public: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'no address',
    '',
  ])('is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
