/** What APPLEDGER_EVENTSTORE_URL takes, as the help and the errors say it. */
export const EVENTSTORE_URL_TAKES =
  'a connection string, kurrentdb://host:2113?tls=false or kurrentdb+discover://user:password@cluster:2113 ' +
  '(esdb:// means the same), with the options that docs/distributed.md lists';

/** Options of a connection string and what they take; names are compared without case, "-" and "_". */
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
  tlsverifycert: /^true$/, // The client cannot do without, and would only print a warning, with the password in it.
  usercertfile: /^.+$/,
  userkeyfile: /^.+$/,
};

const HOST = /^[a-z0-9_.-]+(:\d{1,5})?$/i;
const CONNECTION_STRING = /^(?:esdb|kurrentdb)(?:\+discover)?:\/\/(?:[^:@/?]+:[^@/?]+@)?([^/?@]+)\/?(?:\?(.+))?$/;

/**
 * Checks a connection string as far as it can be checked without connecting; options that nobody knows are refused.
 *
 * @returns the text, or undefined when it is none
 */
export function eventStoreUrl(text: string): string | undefined {
  const [, hosts = '', query = ''] = CONNECTION_STRING.exec(text) ?? [];
  const options = query === '' ? [] : query.split('&');
  return hosts.split(',').every((host) => HOST.test(host)) && options.every(isOption) ? text : undefined;
}

/** The number that an option of a connection string holds; undefined when it is not there. */
export function numberOption(connectionString: string, option: string): number | undefined {
  const [, query = ''] = CONNECTION_STRING.exec(connectionString)?.slice(1) ?? [];
  for (const pair of query.split('&')) {
    const [name = '', value = ''] = pair.split('=');
    if (flat(name) === flat(option)) return Number(value);
  }
  return undefined;
}

/** The same connection string as the client reads it, which knows EventStoreDB's older name alone. */
export function clientUrl(connectionString: string): string {
  return connectionString.replace(/^kurrentdb(?=[:+])/, 'esdb');
}

/** A connection string for logs and errors: without user and password, whether or not the rest is well formed. */
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
