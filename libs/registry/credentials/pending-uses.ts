import type { NotedTime } from '#libs/engine/documents/port/latest-times.js';

/** A used credential; those of one application form a list, because most applications use one or two. */
interface Use {
  readonly credentialId: string;
  time: number;
  readonly next: Use | undefined;
}

/** Uses of credentials that are not stored yet, in bounded memory: of each credential, the latest. */
export class PendingUses {
  readonly #byApplication = new Map<string, Use>();
  #size = 0;

  /** @param limit the most credentials that are kept */
  constructor(private readonly limit: number) {}

  /** The number of credentials. */
  get size(): number {
    return this.#size;
  }

  /**
   * Notes a use. Costs no memory when the credential is kept already.
   *
   * @returns false: there is no room for another credential, and the use is not kept
   */
  note(applicationId: string, credentialId: string, time: number): boolean {
    const first = this.#byApplication.get(applicationId);
    for (let use = first; use !== undefined; use = use.next) {
      if (use.credentialId !== credentialId) continue;
      if (use.time < time) use.time = time;
      return true;
    }
    if (this.#size >= this.limit) return false;
    this.#byApplication.set(applicationId, { credentialId, time, next: first });
    this.#size += 1;
    return true;
  }

  /** The latest use of a credential. */
  timeOf(applicationId: string, credentialId: string): number | undefined {
    for (let use = this.#byApplication.get(applicationId); use !== undefined; use = use.next) {
      if (use.credentialId === credentialId) return use.time;
    }
    return undefined;
  }

  /** The latest use of any credential of an application. */
  timeOfApplication(applicationId: string): number | undefined {
    let latest: number | undefined;
    for (let use = this.#byApplication.get(applicationId); use !== undefined; use = use.next) {
      if (latest === undefined || use.time > latest) latest = use.time;
    }
    return latest;
  }

  /** All of them, as they are stored. */
  *all(): IterableIterator<NotedTime> {
    for (const [group, first] of this.#byApplication) {
      for (let use: Use | undefined = first; use !== undefined; use = use.next) {
        yield { group, key: use.credentialId, time: use.time };
      }
    }
  }
}
