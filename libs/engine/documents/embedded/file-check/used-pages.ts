import { demand } from './file-fault.js';

/** The pages that are in a tree, or free. No page may be both, or be twice in one. */
export class UsedPages {
  /**
   * @param pages the number of pages of the file, of which the first two are meta pages
   * @param seen a bit for each page, which threads can share
   */
  constructor(
    private readonly pages: number,
    private readonly seen: Uint8Array,
  ) {}

  /** Notes that these pages are in use, or free. @throws FileFault there are no such pages, or they were seen before */
  add(first: number, count: number): void {
    demand(
      first >= 2 && count > 0 && first + count <= this.pages,
      `it refers to page ${first}, which it does not have`,
    );
    for (let page = first; page < first + count; page += 1) {
      const bit = 1 << (page & 7);
      demand((Atomics.or(this.seen, page >> 3, bit) & bit) === 0, `page ${page} is referred to twice`);
    }
  }
}

/** Room for a bit for each page. */
export function bytesFor(pages: number): number {
  return Math.ceil(pages / 8);
}
