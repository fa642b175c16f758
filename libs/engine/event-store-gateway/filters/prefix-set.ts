import { lowerBound } from '#libs/engine/kernel/lower-bound.js';

/**
 * A sorted set of prefixes none of which starts with another one. The only candidate for a name is then the greatest
 * prefix that is not greater than the name, which a binary search finds.
 */
export class PrefixSet {
  readonly #sorted: readonly Buffer[];

  constructor(prefixes: readonly string[]) {
    const sorted: Buffer[] = [];
    for (const prefix of prefixes.map((text) => Buffer.from(text)).sort(Buffer.compare)) {
      const last = sorted.at(-1);
      if (last === undefined || !startsWith(prefix, last)) sorted.push(prefix);
    }
    this.#sorted = sorted;
  }

  /** Whether a name, in UTF-8, starts with one of the prefixes. In UTF-8, a byte prefix is also a text prefix. */
  matches(name: Buffer): boolean {
    const after = lowerBound(this.#sorted.length, (at) => Buffer.compare(this.#sorted[at] as Buffer, name) <= 0);
    const prefix = this.#sorted[after - 1];
    return prefix !== undefined && startsWith(name, prefix);
  }
}

function startsWith(name: Buffer, prefix: Buffer): boolean {
  return name.length >= prefix.length && name.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}
