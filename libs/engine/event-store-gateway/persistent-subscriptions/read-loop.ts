/** Reads one page at a time for a {@link ReadLoop}. */
export interface PageReader {
  /** Whether there is something to read and a free buffer slot for it. */
  wantsMore(): boolean;
  readPage(): Promise<void>;
  /** Handles a failed read. Must not throw. */
  failed(error: unknown): void;
}

/** Reads page after page while more is wanted, and yields to other work between two pages. */
export class ReadLoop {
  #reading = false;

  constructor(private readonly reading: PageReader) {}

  /** Starts the loop unless it is running. */
  run(): void {
    if (!this.#reading && this.reading.wantsMore()) void this.#readAll();
  }

  /** Starts the loop in a later turn of the event loop. */
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
