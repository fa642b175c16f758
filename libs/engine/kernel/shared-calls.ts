/** The running call of a key, and the one that follows it. */
interface Flight<T> {
  readonly running: Promise<T>;
  next: Promise<T> | undefined;
}

/**
 * Shares calls among callers who need an answer that is no older than their request. For each key one call runs at a
 * time; callers who ask while it runs share the next one, which begins after they have asked.
 */
export class SharedCalls<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** @param call is run for one of the callers who share it */
  ask(key: string, call: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key);
    if (flight === undefined) return this.#begin(key, call);
    flight.next ??= flight.running.then(ignore, ignore).then(() => this.#begin(key, call));
    return flight.next;
  }

  #begin(key: string, call: () => Promise<T>): Promise<T> {
    const running = call();
    const flight: Flight<T> = { running, next: undefined };
    this.#flights.set(key, flight);
    const land = () => {
      if (flight.next === undefined) this.#flights.delete(key);
    };
    running.then(land, land);
    return running;
  }
}

const ignore = () => undefined;
