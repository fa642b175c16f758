/**
 * Prefixes as a sorted list in which none begins with another one. The only one that a name can begin with is then the
 * last one that is not behind the name: a binary search finds it, however many there are.
 */
export class Prefixes {
  readonly #sorted: readonly Buffer[];

  constructor(prefixes: readonly string[]) {
    const sorted: Buffer[] = [];
    for (const prefix of prefixes.map((text) => Buffer.from(text)).sort(Buffer.compare)) {
      const last = sorted.at(-1);
      if (last === undefined || !startsWith(prefix, last)) sorted.push(prefix);
    }
    this.#sorted = sorted;
  }

  /** Whether a name, in UTF-8, begins with one of the prefixes: UTF-8 begins alike where texts do. */
  begin(name: Buffer): boolean {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Buffer.compare(this.#sorted[middle] as Buffer, name) <= 0) low = middle + 1;
      else high = middle;
    }
    const prefix = this.#sorted[low - 1];
    return prefix !== undefined && startsWith(name, prefix);
  }
}

function startsWith(name: Buffer, prefix: Buffer): boolean {
  return name.length >= prefix.length && name.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}
