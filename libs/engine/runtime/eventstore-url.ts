/** The values of APPLEDGER_EVENTSTORE_URL in words, for errors and the help. */
export const EVENTSTORE_URL_TAKES =
  'a connection string, kurrentdb://host:2113?tls=false or kurrentdb+discover://user:password@cluster:2113 ' +
  '(esdb:// means the same), with the options that docs/distributed.md lists';

/** The options of a connection string and their values; names are compared ignoring case, "-" and "_". */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  connectionname: /^.+$/,
  defaultdeadline: /^[1-9]\d*$/,
  discoveryinterval: /^\d+$/,
  gossiptimeout: /^\d+$/,
  keepaliveinterval: /^(-1|\d+)$/,
  keepalivetimeout: /^(-1|\d+)$/,
  maxdiscoverattempts: /^[1-9]\d*$/,
  nodepreference: /^(leader|follower|read_?only_?replica|random)$/i,
  throwonappendfailure: /^(true|false)$/,
  tls: /^(true|false)$/,
  tlscafile: /^.+$/,
  tlsverifycert: /^true$/, // For false the client would only print a warning, which contains the password.
  usercertfile: /^.+$/,
  userkeyfile: /^.+$/,
};

const HOST = /^[a-z0-9_.-]+(:\d{1,5})?$/i;
const CONNECTION_STRING = /^(?:esdb|kurrentdb)(?:\+discover)?:\/\/(?:[^:@/?]+:[^@/?]+@)?([^/?@]+)\/?(?:\?(.+))?$/;

/**
 * Checks a connection string without connecting; unknown options are refused.
 *
 * @returns the text, or undefined when it is not a connection string
 */
export function eventStoreUrl(text: string): string | undefined {
  const [, hosts = '', query = ''] = CONNECTION_STRING.exec(text) ?? [];
  const options = query === '' ? [] : query.split('&');
  return hosts.split(',').every((host) => HOST.test(host)) && options.every(isOption) ? text : undefined;
}

/** The number that an option of a connection string sets; undefined when it is absent. */
export function numberOption(connectionString: string, option: string): number | undefined {
  const [, query = ''] = CONNECTION_STRING.exec(connectionString)?.slice(1) ?? [];
  for (const pair of query.split('&')) {
    const [name = '', value = ''] = pair.split('=');
    if (flat(name) === flat(option)) return Number(value);
  }
  return undefined;
}

/** The connection string for the client, which only knows EventStoreDB's older scheme, esdb. */
export function clientUrl(connectionString: string): string {
  return connectionString.replace(/^kurrentdb(?=[:+])/, 'esdb');
}

/** A connection string for logs and errors: without user and password, even if the rest is malformed. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z+]*:\/\/)?.*@/is, '$1…@');
}

function isOption(pair: string): boolean {
  const [name = '', value = '', ...rest] = pair.split('=');
  return rest.length === 0 && OPTIONS[flat(name)]?.test(value) === true;
}

function flat(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}
