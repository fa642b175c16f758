import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';

type Wake = () => void;

/**
 * Wakes the subscriptions that an append concerns: those of $all, and those of the streams appended to. One listener at
 * the log stands for all of them, so that ten thousand idle ones cost neither time nor more than an entry each.
 */
export class LiveHub {
  readonly #ofAll = new Set<Wake>();
  readonly #ofStreams = new Map<string, Set<Wake>>();
  readonly #closers = new Set<() => void>();
  readonly #unlisten: () => void;
  #closed = false;

  constructor(log: EmbeddedLog) {
    this.#unlisten = log.onCommitted((events) => {
      this.#wake(events);
      if (log.closed) this.close();
    });
  }

  /** No more is to come: whoever is woken should end. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Calls `wake` after each append to the stream (undefined: to any), and when the hub closes. Answers a function that
   * ends it. `wake` must not throw and not do the work itself: the append waits for it.
   */
  follow(stream: string | undefined, wake: Wake): () => void {
    const followers = stream === undefined ? this.#ofAll : (this.#ofStreams.get(stream) ?? new Set());
    if (stream !== undefined) this.#ofStreams.set(stream, followers);
    followers.add(wake);
    return () => {
      followers.delete(wake);
      if (stream !== undefined && followers.size === 0) this.#ofStreams.delete(stream);
    };
  }

  /** Calls the listener when the hub closes: at once, when it has. Answers a function that ends it. */
  onClose(listener: () => void): () => void {
    if (this.#closed) queueMicrotask(listener);
    else this.#closers.add(listener);
    return () => this.#closers.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    for (const listener of [...this.#closers]) listener();
    for (const wake of [...this.#ofAll]) wake();
    for (const followers of [...this.#ofStreams.values()]) for (const wake of [...followers]) wake();
  }

  #wake(events: readonly StoredEvent[]): void {
    for (const wake of this.#ofAll) wake();
    if (this.#ofStreams.size === 0) return;
    for (const event of events) {
      const followers = this.#ofStreams.get(event.stream);
      if (followers !== undefined) for (const wake of followers) wake();
    }
  }
}

/** One follower's view of a hub: waits for the next thing that concerns it, and misses nothing between two waits. */
export class Bell {
  #rung = false;
  #resolve: (() => void) | undefined;
  readonly #unfollow: () => void;

  constructor(hub: LiveHub, stream: string | undefined) {
    this.#unfollow = hub.follow(stream, () => this.ring());
  }

  ring(): void {
    this.#rung = true;
    this.#resolve?.();
    this.#resolve = undefined;
  }

  /** Forgets the rings so far; call it before looking whether there is anything. */
  reset(): void {
    this.#rung = false;
  }

  /** Resolves at the next ring since {@link reset}. */
  rung(): Promise<void> {
    if (this.#rung) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  dispose(): void {
    this.#unfollow();
  }
}
