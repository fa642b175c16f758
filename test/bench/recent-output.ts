/** The newest bytes that a program has written; an error message shows them. */
export class RecentOutput {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param maxBytes at least so many of the newest bytes are kept */
  constructor(private readonly maxBytes: number) {}

  /** Takes what the program has written. It neither copies nor decodes: the load generator's processor is measured too. */
  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= this.maxBytes) {
      this.#bytes -= this.#chunks.shift()?.length ?? 0;
    }
  }

  /** The newest bytes, as text. */
  get text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.maxBytes).toString('utf8');
  }
}
