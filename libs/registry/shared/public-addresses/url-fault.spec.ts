import { urlFault } from './url-fault.js';

const faultOf = (url: string, allowPrivate: boolean) =>
  urlFault(url, { allowPrivate }, 'https://client.example/jwks.json');

describe('a URL that somebody else chose', () => {
  it.each([
    'https://client.example/jwks.json',
    'https://client.example:8443/a?b=c',
    'https://93.184.215.14/jwks',
    'https://[2606:4700::1]/jwks',
    'https://xn--mnchen-3ya.example/jwks',
  ])('is accepted: %s', (uri) => {
    expect(faultOf(uri, false)).toBeUndefined();
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
    ['https://client.example/#', 'no #'],
    ['https://localhost/jwks', 'public address'],
    ['https://LOCALHOST./jwks', 'public address'],
    ['https://keys.localhost/jwks', 'public address'],
    ['https://127.0.0.1/', 'public address'],
    ['https://2130706433/', 'public address'],
    ['https://0x7f.1/', 'public address'],
    ['https://017700000001/', 'public address'],
    ['https://169.254.169.254/latest/meta-data', 'metadata'],
    ['https://10.1.2.3/', 'public address'],
    ['https://[::1]/', 'public address'],
    ['https://[::ffff:127.0.0.1]/', 'public address'],
    ['https://[fd00:ec2::254]/', 'metadata'],
    ['https://Metadata.Google.Internal./', 'metadata'],
    ['https://[fe80::1]/', 'public address'],
    [' https://client.example/', 'must be a URL'],
    ['https://client.example/ ', 'no spaces'],
    ['https://client.example/\n', 'no spaces'],
    ['https://client.example/a\tb', 'no spaces'],
    ['https://client.example\\@127.0.0.1/', 'no spaces'],
    ['https:client.example', 'must be a URL'],
    ['https:///client.example', 'must be a URL'],
    ['https:\\\\client.example', 'must be a URL'],
    ['https://client.example:0/', 'port'],
    ['https://client.example:65536/', 'must be a URL'],
  ])('is refused: %s', (uri, text) => {
    expect(faultOf(uri, false)).toContain(text);
  });

  it('may have http and a private address where the configuration allows it, and nothing else more', () => {
    expect(faultOf('http://127.0.0.1:9/jwks', true)).toBeUndefined();
    expect(faultOf('file:///etc/passwd', true)).toContain('https://');
    expect(faultOf('http://user@127.0.0.1/', true)).toContain('no user');
  });

  it.each([
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://metadata.google.internal/computeMetadata/v1/',
  ])('never leads to the metadata of a cloud: %s', (url) => {
    expect(faultOf(url, true)).toContain('metadata');
  });
});
