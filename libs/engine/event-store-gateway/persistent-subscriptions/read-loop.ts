/** What is read, page after page. */
export interface PagedReading {
  /** Whether there is something to read, and somebody who takes it. */
  wantsMore(): boolean;
  readPage(): Promise<void>;
  /** A page could not be read. Must not throw. */
  failed(error: unknown): void;
}

/** Reads page after page while more is wanted; others have their turn between two pages. */
export class ReadLoop {
  #reading = false;

  constructor(private readonly reading: PagedReading) {}

  /** Reads on, unless it does already. */
  run(): void {
    if (!this.#reading && this.reading.wantsMore()) void this.#readAll();
  }

  /** The same, but not before this turn of the event loop has ended. */
  runSoon(): void {
    if (!this.#reading) setImmediate(() => this.run());
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    try {
      while (this.reading.wantsMore()) {
        await this.reading.readPage();
        await new Promise(setImmediate);
      }
    } catch (error) {
      this.reading.failed(error);
    } finally {
      this.#reading = false;
    }
  }
}
