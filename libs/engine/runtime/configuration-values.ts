// What variables of the environment may hold: each function answers the value, or undefined when the text is none.

import { isIP } from 'node:net';

/** A name and a password that the gateway knows. */
export interface GatewayUser {
  readonly name: string;
  readonly password: string;
}

/** Text that is not blank, such as a path. */
export function nonEmpty(text: string): string | undefined {
  return text.trim() === '' || text.includes('\0') ? undefined : text;
}

/** The beginning of a stream's name. With a dollar sign in front it would be one of EventStoreDB's own. */
export function streamPrefix(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) ? text : undefined;
}

/** One line of text. */
export function oneLine(text: string): string | undefined {
  return /[\p{Cc}\u2028\u2029]/u.test(text) ? undefined : nonEmpty(text);
}

/** An IP address or host name. */
export function hostName(text: string): string | undefined {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined;
}

/** A whole number from 0. */
export function whole(max: number): (text: string) => number | undefined {
  return (text) => (/^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined);
}

/** A whole number from 1. */
export function from1(max: number): (text: string) => number | undefined {
  return (text) => whole(max)(text) || undefined;
}

export function trueOrFalse(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

export function onOrOff(text: string): boolean | undefined {
  return text === 'on' ? true : text === 'off' ? false : undefined;
}

/** An http(s) URL without query and fragment. */
export function url(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, search, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && search === '' && hash === '' ? text : undefined;
}

/** An http(s) URL to which paths are appended: without a slash at its end. */
export function baseUrl(text: string): string | undefined {
  return url(text)?.replace(/\/+$/, '');
}

/** Reads origins as browsers write them, so that they can be compared as they are. */
export function corsOrigins(text: string): readonly string[] | '*' | undefined {
  if (text === '*') return text;
  const origins = text.split(',').map((entry) => entry.trim());
  return origins.every((origin) => url(origin) !== undefined && new URL(origin).origin === origin)
    ? origins
    : undefined;
}

/** Reads `name:password,name2:password2`. A password may hold colons, not commas; a name neither, and none comes twice. */
export function gatewayUsers(text: string): readonly GatewayUser[] | undefined {
  const users = text.split(',').map((entry) => {
    const [, name, password] = /^\s*([^:\s]+):(\S+)\s*$/.exec(entry) ?? [];
    return name === undefined || password === undefined ? undefined : { name, password };
  });
  const known = users.filter((user) => user !== undefined);
  const names = new Set(known.map(({ name }) => name));
  return known.length === users.length && names.size === users.length ? known : undefined;
}
