/** The numbers of an expression's capturing groups. */
export interface CaptureGroups {
  has(number: number): boolean;
  /** The number of a named group; undefined if there is none of this name. */
  named(name: string): number | undefined;
}

/** Collects the capturing groups in a first pass over the expression, because a backreference may precede its group. */
export class CaptureGroupCollector {
  #unnamed = 0;
  readonly #numbers = new Set<number>([0]);
  readonly #names = new Set<string>();

  /** Adds an unnamed group; returns its number. */
  unnamed(): number {
    this.#unnamed += 1;
    this.#numbers.add(this.#unnamed);
    return this.#unnamed;
  }

  numbered(number: number): number {
    this.#numbers.add(number);
    return number;
  }

  named(name: string): void {
    this.#names.add(name);
  }

  /**
   * Numbers the groups as .NET does: unnamed groups first, then named ones in order, each with the next free number.
   */
  groups(): CaptureGroups {
    const taken = new Set(this.#numbers);
    const named = new Map<string, number>();
    let next = this.#unnamed + 1;
    for (const name of this.#names) {
      while (taken.has(next)) next += 1;
      named.set(name, next);
      taken.add(next);
    }
    return { has: (number) => taken.has(number), named: (name) => named.get(name) };
  }
}
