/** The capturing groups of an expression and their numbers. */
export interface GroupNumbers {
  has(number: number): boolean;
  /** undefined: no group has this name. */
  named(name: string): number | undefined;
}

/** Notes the groups of an expression while it is parsed for the first time: references may come before their group. */
export class FoundGroups {
  #unnamed = 0;
  readonly #numbers = new Set<number>([0]);
  readonly #names = new Set<string>();

  /** A group without a name; answers its number. */
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

  /** Groups without a name are numbered first; then those with names get, in their order, the next free numbers. */
  numbers(): GroupNumbers {
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
