import { demand } from './file-fault.js';

/** The pages that are in a tree, or free. No page may be both, or be twice in one. */
export class UsedPages {
  readonly #seen: Uint8Array;
  #count = 0;

  /** @param pages the number of pages of the file, of which the first two are meta pages */
  constructor(private readonly pages: number) {
    this.#seen = new Uint8Array(Math.ceil(pages / 8));
  }

  /** The number of pages that have been seen. */
  get count(): number {
    return this.#count;
  }

  /** Notes that these pages are in use, or free. @throws FileFault there are no such pages, or they were seen before */
  add(first: number, count: number): void {
    demand(
      first >= 2 && count > 0 && first + count <= this.pages,
      `it refers to page ${first}, which it does not have`,
    );
    for (let page = first; page < first + count; page += 1) {
      const bit = 1 << (page & 7);
      const byte = this.#seen[page >> 3] ?? 0;
      demand((byte & bit) === 0, `page ${page} is referred to twice`);
      this.#seen[page >> 3] = byte | bit;
    }
    this.#count += count;
  }
}
