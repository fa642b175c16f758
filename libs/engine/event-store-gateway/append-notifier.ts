import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';

type AppendListener = () => void;

/**
 * Notifies subscriptions of appends: those on $all, and those on the streams appended to. All of them share one
 * listener on the log, so that an idle subscription costs one set entry and no time.
 */
export class AppendNotifier {
  readonly #allListeners = new Set<AppendListener>();
  readonly #streamListeners = new Map<string, Set<AppendListener>>();
  readonly #closeListeners = new Set<() => void>();
  readonly #unlisten: () => void;
  #closed = false;

  constructor(log: EmbeddedLog) {
    this.#unlisten = log.onCommitted((events) => {
      this.#notify(events);
      if (log.closed) this.close();
    });
  }

  /** The notifier is closed: subscriptions have to end. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Calls `notify` after each append to the stream (undefined: to any stream), and when the notifier closes. `notify`
   * must not throw and must only schedule work, because the append waits for it.
   *
   * @returns a function that ends the calls
   */
  follow(stream: string | undefined, notify: AppendListener): () => void {
    const followers = stream === undefined ? this.#allListeners : (this.#streamListeners.get(stream) ?? new Set());
    if (stream !== undefined) this.#streamListeners.set(stream, followers);
    followers.add(notify);
    return () => {
      followers.delete(notify);
      if (stream !== undefined && followers.size === 0) this.#streamListeners.delete(stream);
    };
  }

  /**
   * Calls the listener when the notifier closes, in a microtask if it is closed already.
   *
   * @returns a function that removes the listener
   */
  onClose(listener: () => void): () => void {
    if (this.#closed) queueMicrotask(listener);
    else this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    for (const listener of [...this.#closeListeners]) listener();
    for (const wake of [...this.#allListeners]) wake();
    for (const followers of [...this.#streamListeners.values()]) for (const wake of [...followers]) wake();
  }

  #notify(events: readonly StoredEvent[]): void {
    for (const wake of this.#allListeners) wake();
    if (this.#streamListeners.size === 0) return;
    for (const event of events) {
      const followers = this.#streamListeners.get(event.stream);
      if (followers !== undefined) for (const wake of followers) wake();
    }
  }
}

/** Lets one subscription wait for appends. A signal that comes while nobody waits is not lost. */
export class AppendSignal {
  #notified = false;
  #resolve: (() => void) | undefined;
  readonly #unfollow: () => void;

  constructor(hub: AppendNotifier, stream: string | undefined) {
    this.#unfollow = hub.follow(stream, () => this.notify());
  }

  notify(): void {
    this.#notified = true;
    this.#resolve?.();
    this.#resolve = undefined;
  }

  /** Clears the signal. Call it before reading, so that an append during the read is noticed. */
  reset(): void {
    this.#notified = false;
  }

  /** Resolves when a signal has come since {@link reset}. */
  wait(): Promise<void> {
    if (this.#notified) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  dispose(): void {
    this.#unfollow();
  }
}
