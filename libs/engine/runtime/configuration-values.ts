import { isIP } from 'node:net';
import { EVENTSTORE_URL_TAKES, eventStoreUrl as eventStoreConnectionString } from './eventstore-url.js';
import { MONGODB_URL_TAKES, mongoDbUrl as mongoDbConnectionString } from './mongodb-url.js';

/** The values that an environment variable can hold. */
export interface ValueType<T> {
  /** The values in words, for errors and the help. */
  readonly takes: string;
  /** Parses the text of the variable. Undefined: the text is not such a value. */
  readonly parse: (text: string) => T | undefined;
}

/** A name and a password that the gateway accepts. */
export interface GatewayUser {
  readonly name: string;
  readonly password: string;
}

/** The length of a key from which secrets are derived. */
const SECRET_KEY_BYTES = 32;

/** Text that is not blank. */
export const nonEmptyText: ValueType<string> = { takes: 'text', parse: nonEmpty };

/** A path of a file or folder. */
export const path: ValueType<string> = { takes: 'a path', parse: nonEmpty };

/** OAuth scopes (RFC 6749, section 3.3), separated by one space. */
export const scopes: ValueType<string> = {
  takes: 'scopes, separated by spaces',
  parse: (text) => (/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text) ? text : undefined),
};

/** A command without line breaks and control characters. */
export const commandLine: ValueType<string> = {
  takes: 'a command on one line',
  parse: (text) => (/[\p{Cc}\u2028\u2029]/u.test(text) ? undefined : nonEmpty(text)),
};

/** The prefix of stream names. It cannot start with a dollar sign, which marks EventStoreDB's system streams. */
export const streamNamePrefix: ValueType<string> = {
  takes: 'up to 64 letters, digits, dots, underscores and hyphens, the first a letter or a digit',
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) ? text : undefined),
};

/** An IP address or host name. */
export const hostName: ValueType<string> = {
  takes: 'an IP address or host name',
  parse: (text) => (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined),
};

/** A TCP port; 0 lets the system choose a free one. */
export const portNumber: ValueType<number> = { takes: 'a port from 0 to 65535', parse: wholeNumber(65_535) };

/** A TCP port, or `off`. */
export const portNumberOrOff: ValueType<number | 'off'> = {
  takes: `${portNumber.takes}, or off`,
  parse: (text) => (text === 'off' ? text : portNumber.parse(text)),
};

/** A whole number from 0 to `max`. @param unit the noun for the help, plural or with an article */
export function numberUpTo(max: number, unit = 'a number'): ValueType<number> {
  return { takes: `${unit} from 0 to ${max}`, parse: wholeNumber(max) };
}

/** A whole number from 1 to `max`. */
export function positiveInteger(max: number): ValueType<number> {
  return { takes: `a number from 1 to ${max}`, parse: (text) => wholeNumber(max)(text) || undefined };
}

/** One of the given words. */
export function oneOf<const W extends string>(...words: readonly W[]): ValueType<W> {
  const [last = '', ...others] = words.toReversed();
  return {
    takes: [others.toReversed().join(', '), last].filter(Boolean).join(' or '),
    parse: (text) => words.find((word) => word === text),
  };
}

/** `true` or `false`. */
export const trueOrFalse: ValueType<boolean> = {
  takes: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

/** `on` or `off`. */
export const onOrOff: ValueType<boolean> = {
  takes: 'on or off',
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
};

/** An http(s) URL without query and fragment. */
export const httpUrl: ValueType<string> = { takes: 'an http(s) URL', parse: parseHttpUrl };

/** An http(s) URL to which paths are appended; slashes at its end are removed. */
export const baseUrl: ValueType<string> = {
  takes: httpUrl.takes,
  parse: (text) => parseHttpUrl(text)?.replace(/\/+$/, ''),
};

/** Origins in the form in which browsers send them, so that they can be compared as text; `*`: every origin. */
export const corsOrigins: ValueType<readonly string[] | '*'> = {
  takes: 'origins such as https://console.example, separated by commas, or *',
  parse(text) {
    if (text === '*') return text;
    const origins = text.split(',').map((entry) => entry.trim());
    const isOrigin = (origin: string) => parseHttpUrl(origin) !== undefined && new URL(origin).origin === origin;
    return origins.every(isOrigin) ? origins : undefined;
  },
};

/** Names of claims in tokens, or paths to them. A name may be a URL, so it may contain everything but commas and blanks. */
export const claimNames: ValueType<readonly string[]> = {
  takes: 'names of claims, separated by commas',
  parse(text) {
    const names = text.split(',').map((name) => name.trim());
    return names.every((name) => /^[^\s]+$/.test(name)) ? names : undefined;
  },
};

/** `name:password,name2:password2`. A password may hold colons but no commas; a name neither. Names are unique. */
export const gatewayUsers: ValueType<readonly GatewayUser[]> = {
  takes: 'name:password, separated by commas, each name once',
  parse(text) {
    const users = text.split(',').map((entry) => {
      const [, name, password] = /^\s*([^:\s]+):(\S+)\s*$/.exec(entry) ?? [];
      return name === undefined || password === undefined ? undefined : { name, password };
    });
    const valid = users.filter((user) => user !== undefined);
    const names = new Set(valid.map(({ name }) => name));
    return valid.length === users.length && names.size === users.length ? valid : undefined;
  },
};

/** Keys of 32 bytes in base64, each once, as bytes. */
export const secretKeys: ValueType<readonly Buffer[]> = {
  takes: '32 random bytes in base64 (openssl rand -base64 32), or several of them separated by commas, each once',
  parse(text) {
    const entries = text.split(',').map((entry) => entry.trim());
    const keys = entries.map((entry) => Buffer.from(entry, 'base64'));
    const isKey = (key: Buffer, index: number) =>
      key.length === SECRET_KEY_BYTES && key.toString('base64') === entries[index];
    return keys.every(isKey) && new Set(entries).size === entries.length ? keys : undefined;
  },
};

/** The private key of a signed note (C2SP signed-note), as its text. */
export const ledgerKey: ValueType<string> = {
  takes: 'PRIVATE+KEY+name+id+base64, as the key file of a ledger holds it',
  parse: (text) => (/^PRIVATE\+KEY\+[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\s*$/.test(text) ? text.trim() : undefined),
};

/** The name of a key of signed notes. */
export const noteKeyName: ValueType<string> = {
  takes: 'a name without blanks and plus signs, such as ledger.example.org/appledger',
  parse: (text) => (/^[^\s+\p{Cc}]+$/u.test(text) ? text : undefined),
};

/** Verifier keys of witnesses (C2SP signed-note), as their texts. */
export const witnessKeys: ValueType<readonly string[]> = {
  takes: 'verifier keys name+id+base64, separated by commas',
  parse(text) {
    const keys = text.split(',').map((key) => key.trim());
    return keys.every((key) => /^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(key)) ? keys : undefined;
  },
};

/** A connection string of EventStoreDB, password included. */
export const eventStoreUrl: ValueType<string> = { takes: EVENTSTORE_URL_TAKES, parse: eventStoreConnectionString };

/** A connection string of MongoDB, password included. */
export const mongoDbUrl: ValueType<string> = { takes: MONGODB_URL_TAKES, parse: mongoDbConnectionString };

function nonEmpty(text: string): string | undefined {
  return text.trim() === '' || text.includes('\0') ? undefined : text;
}

function wholeNumber(max: number): (text: string) => number | undefined {
  return (text) => (/^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined);
}

function parseHttpUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, search, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && search === '' && hash === '' ? text : undefined;
}
