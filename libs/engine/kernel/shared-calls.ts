/** A call that is under way for a key, and the one that is to follow it. */
interface Flight<T> {
  readonly running: Promise<T>;
  next: Promise<T> | undefined;
}

/**
 * Lets callers share calls whose answers they only have to be as new as their own asking: for each key one call is
 * under way at a time, and those who ask meanwhile share the next one, which begins after they have asked.
 */
export class SharedCalls<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** @param call what is asked; of callers who share it only one's is run */
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
