import {
  ConfigurationError,
  configurationHelp,
  isLoopback,
  readConfiguration,
  unknownVariables,
} from './configuration.js';

describe('configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfiguration({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      debugPort: undefined,
      projections: true,
      readPatienceMs: 1000,
      readConsistency: 'store',
      dataDir: './data',
      newEventLog: false,
      eventStoreUrl: undefined,
      streamPrefix: '',
      issuer: undefined,
      audience: undefined,
      docsClientId: undefined,
      docsScopes: 'openid',
      allowRemoteDevelopmentIssuer: false,
      publicUrl: undefined,
      developmentIssuerFile: undefined,
      tokenCommand: undefined,
      rolesFile: undefined,
      secretInUseHours: 24,
      jwksPrivateAddresses: false,
      webhooksKey: undefined,
      webhooksAllowPrivate: false,
      webhooksMax: 100,
      webhooksDeliver: true,
      ledger: true,
      ledgerDir: undefined,
      ledgerKey: undefined,
      ledgerOrigin: undefined,
      ledgerPublic: false,
      ledgerWitnesses: undefined,
      assertionSingleUse: false,
      userClaim: 'sub',
      organizationClaim: 'urn:zitadel:iam:user:resourceowner:id',
      rolesClaims: ['urn:zitadel:iam:org:project:roles'],
      clientClaims: ['client_id', 'azp'],
      issuerIntrospectionUrl: undefined,
      issuerClientId: undefined,
      issuerClientSecret: undefined,
      nodeId: undefined,
      logLevel: 'info',
      logFormat: 'auto',
      accessLog: true,
      corsOrigins: undefined,
      rateLimit: undefined,
      rateBurst: undefined,
      gatewayPort: 2113,
      gatewayHost: '127.0.0.1',
      gatewayWritable: false,
      gatewayTls: false,
      gatewayUsers: undefined,
    });
  });

  it('treats an empty value as unset', () => {
    expect(readConfiguration({ APPLEDGER_PORT: '', APPLEDGER_HOST: '' })).toEqual(readConfiguration({}));
  });

  it.each([
    ['APPLEDGER_PORT', '80800'],
    ['APPLEDGER_PORT', '-1'],
    ['APPLEDGER_PORT', 'tcp://10.0.0.1:8080'],
    ['APPLEDGER_HOST', 'no host'],
    ['APPLEDGER_SECRET_IN_USE_HOURS', '-1'],
    ['APPLEDGER_SECRET_IN_USE_HOURS', '87601'],
    ['APPLEDGER_NODE_ID', '1024'],
    ['APPLEDGER_LOG_LEVEL', 'loud'],
    ['APPLEDGER_STREAM_PREFIX', '$system-'],
    ['APPLEDGER_STREAM_PREFIX', '-'],
    ['APPLEDGER_STREAM_PREFIX', 'a b'],
    ['APPLEDGER_STREAM_PREFIX', 'größe-'],
    ['APPLEDGER_STREAM_PREFIX', 'x'.repeat(65)],
    ['APPLEDGER_DOCS_SCOPES', 'openid  roles'],
    ['APPLEDGER_DOCS_SCOPES', 'öffnen'],
    ['APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER', 'yes'],
    ['APPLEDGER_ISSUER', 'ftp://issuer'],
    ['APPLEDGER_WEBHOOKS_KEY', 'short'],
    ['APPLEDGER_WEBHOOKS_KEY', `${'A'.repeat(43)}`],
    ['APPLEDGER_WEBHOOKS_KEY', `${'A'.repeat(43)}=,${'A'.repeat(43)}=`],
    ['APPLEDGER_CORS_ORIGINS', 'console.example'],
    ['APPLEDGER_CORS_ORIGINS', 'https://console.example/'],
    ['APPLEDGER_CORS_ORIGINS', 'https://Console.example'],
    ['APPLEDGER_CORS_ORIGINS', 'https://console.example,*'],
    ['APPLEDGER_RATE_LIMIT', '0'],
    ['APPLEDGER_RATE_BURST', '-1'],
    ['APPLEDGER_GATEWAY_PORT', 'on'],
    ['APPLEDGER_GATEWAY_WRITABLE', 'yes'],
    ['APPLEDGER_GATEWAY_TLS', 'on'],
  ])('names the values that %s takes when it is %j', (name, value) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(ConfigurationError);
    expect(() => readConfiguration({ [name]: value })).toThrow(new RegExp(`${name} takes .+ \\(got "`));
  });

  it.each(['registry-', 'a', 'Team_1.registry-', '7', 'x'.repeat(64)])('accepts the stream prefix %s', (prefix) => {
    expect(readConfiguration({ APPLEDGER_STREAM_PREFIX: prefix }).streamPrefix).toBe(prefix);
  });

  it('does not show the password of a connection string', () => {
    const read = () => readConfiguration({ APPLEDGER_EVENTSTORE_URL: 'http://user:secret@host:2113' });
    expect(read).toThrow(/APPLEDGER_EVENTSTORE_URL takes .+ \(got "http:\/\/…@host:2113"\)/);
    expect(read).not.toThrow('secret');
  });

  it('reports all faults at once', () => {
    const read = () => readConfiguration({ APPLEDGER_PORT: 'x', APPLEDGER_NODE_ID: 'y' });
    expect(read).toThrow('APPLEDGER_PORT');
    expect(read).toThrow('APPLEDGER_NODE_ID');
  });

  it('requires issuer and audience together', () => {
    const issuer = { APPLEDGER_ISSUER: 'https://issuer.example' };
    expect(() => readConfiguration(issuer)).toThrow('go together');
    expect(() => readConfiguration({ APPLEDGER_AUDIENCE: 'appledger' })).toThrow('go together');
    expect(readConfiguration({ ...issuer, APPLEDGER_AUDIENCE: 'appledger' })).toMatchObject({ audience: 'appledger' });
  });

  it('requires certificate and key together', () => {
    expect(() => readConfiguration({ APPLEDGER_TLS_CERT: 'cert.pem' })).toThrow('go together');
    expect(() => readConfiguration({ APPLEDGER_TLS_KEY: 'key.pem' })).toThrow('go together');
    const both = { APPLEDGER_TLS_CERT: 'cert.pem', APPLEDGER_TLS_KEY: 'key.pem' };
    expect(readConfiguration(both)).toMatchObject({ tlsCert: 'cert.pem', tlsKey: 'key.pem' });
  });

  it('refuses the development issuer on a host that others can reach, unless it is allowed', () => {
    expect(() => readConfiguration({ APPLEDGER_HOST: '0.0.0.0' })).toThrow('APPLEDGER_HOST is "0.0.0.0"');
    const told = { APPLEDGER_HOST: '0.0.0.0', APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER: 'true' };
    expect(readConfiguration(told).host).toBe('0.0.0.0');
    const issuer = { APPLEDGER_ISSUER: 'https://issuer.example', APPLEDGER_AUDIENCE: 'a' };
    expect(readConfiguration({ APPLEDGER_HOST: '0.0.0.0', ...issuer }).host).toBe('0.0.0.0');
  });

  it('accepts origins as browsers write them, or *', () => {
    const origins = (text: string) => readConfiguration({ APPLEDGER_CORS_ORIGINS: text }).corsOrigins;
    expect(origins('https://a.example, http://localhost:3000')).toEqual(['https://a.example', 'http://localhost:3000']);
    expect(origins('*')).toBe('*');
  });

  it('requires a rate for a burst', () => {
    expect(() => readConfiguration({ APPLEDGER_RATE_BURST: '5' })).toThrow('goes with APPLEDGER_RATE_LIMIT');
    const both = { APPLEDGER_RATE_BURST: '5', APPLEDGER_RATE_LIMIT: '1' };
    expect(readConfiguration(both)).toMatchObject({ rateLimit: 1, rateBurst: 5 });
  });

  it('allows projections to be off only with a read model that other processes can write', () => {
    expect(() => readConfiguration({ APPLEDGER_PROJECTIONS: 'off' })).toThrow('set APPLEDGER_MONGODB_URL');
    const shared = { APPLEDGER_PROJECTIONS: 'off', APPLEDGER_MONGODB_URL: 'mongodb://127.0.0.1/' };
    expect(readConfiguration(shared).projections).toBe(false);
    expect(() => readConfiguration({ ...shared, APPLEDGER_PROJECTIONS: 'no' })).toThrow('takes on or off (got "no")');
  });

  it('configures the gateway: off, or with users', () => {
    expect(readConfiguration({ APPLEDGER_GATEWAY_PORT: 'off' }).gatewayPort).toBe('off');
    expect(readConfiguration({ APPLEDGER_GATEWAY_PORT: '0' }).gatewayPort).toBe(0);
    expect(readConfiguration({ APPLEDGER_GATEWAY_USERS: 'reader:pass:word, other:x' }).gatewayUsers).toEqual([
      { name: 'reader', password: 'pass:word' },
      { name: 'other', password: 'x' },
    ]);
  });

  it.each(['reader', ':hush', 'reader:', 'reader:hush,', 'reader:hush,reader:other', 'a b:hush'])(
    'describes the form of users and shows no password: %j',
    (users) => {
      const read = () => readConfiguration({ APPLEDGER_GATEWAY_USERS: users });
      expect(read).toThrow(/APPLEDGER_GATEWAY_USERS takes name:password, .+ \(got "…"\)/);
      expect(read).not.toThrow(/hush/);
    },
  );

  it('requires users for a gateway that others can reach', () => {
    const remote = { APPLEDGER_GATEWAY_HOST: '0.0.0.0' };
    expect(() => readConfiguration(remote)).toThrow('APPLEDGER_GATEWAY_USERS');
    expect(readConfiguration({ ...remote, APPLEDGER_GATEWAY_USERS: 'a:b' }).gatewayHost).toBe('0.0.0.0');
    expect(readConfiguration({ ...remote, APPLEDGER_GATEWAY_PORT: 'off' }).gatewayPort).toBe('off');
  });

  it('requires a certificate for a gateway with TLS', () => {
    const tls = { APPLEDGER_GATEWAY_TLS: 'true' };
    expect(() => readConfiguration(tls)).toThrow(
      'APPLEDGER_GATEWAY_TLS goes with APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY: set all three',
    );
    const alone = () => readConfiguration({ ...tls, APPLEDGER_TLS_CERT: 'cert.pem' });
    expect(alone).toThrow('APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY go together');
    expect(alone).not.toThrow('APPLEDGER_GATEWAY_TLS');
    const both = { APPLEDGER_TLS_CERT: 'cert.pem', APPLEDGER_TLS_KEY: 'key.pem' };
    expect(readConfiguration({ ...tls, ...both }).gatewayTls).toBe(true);
    expect(readConfiguration({ ...tls, APPLEDGER_GATEWAY_PORT: 'off' }).gatewayPort).toBe('off');
  });

  it('recognizes loopback addresses', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com'].some(isLoopback)).toBe(false);
  });

  it('reports a misspelt variable', () => {
    expect(unknownVariables({ APPLEDGER_PROT: '1', APPLEDGER_PORT: '1', PATH: '/' })).toEqual(['APPLEDGER_PROT']);
  });

  it('lists every variable in the help', () => {
    const help = configurationHelp();
    for (const name of [
      'HOST',
      'PORT',
      'DATA_DIR',
      'EVENTSTORE_URL',
      'ISSUER',
      'AUDIENCE',
      'NODE_ID',
      'LOG_LEVEL',
      'ROLES_FILE',
    ]) {
      expect(help).toContain(`APPLEDGER_${name}\n`);
    }
  });
});
