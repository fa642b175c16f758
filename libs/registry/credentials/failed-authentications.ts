import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Counter, Gauge, type Registry } from 'prom-client';
import { WaitingRoom } from '#libs/engine/kernel/waiting-room.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { LOG, METRICS } from '#libs/engine/runtime/tokens.js';
import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';

/** Why the authentication of a client fails, as the metric and the log name it. */
export type FailureReason =
  | 'unknown_client'
  | 'inactive'
  | 'wrong_method'
  | 'wrong_secret'
  | 'secret_expired'
  | 'secret_disabled'
  | 'unknown_key'
  | 'key_expired'
  | 'malformed_assertion'
  | 'wrong_signature'
  | 'wrong_claims'
  | 'replayed';

/** A failed authentication. */
export interface Failure {
  readonly reason: FailureReason;
  /** As the request names it; it need not exist. */
  readonly clientId: string;
  /** Whether a client of this id exists: only then the log names it, because some people paste the secret there. */
  readonly isKnown: boolean;
  /** The answer; default: a text that says nothing of the reason. */
  readonly description?: string;
}

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 1_000;
const FORGET_AFTER_MS = 60_000;
/** Failures of one client that wait for their answer; further ones are told to slow down at once. */
const MAX_WAITING_OF_CLIENT = 20;
const MAX_WAITING = 500;
const MAX_CLIENTS = 10_000;
const MAX_ID_CHARACTERS = 200;

/** The recent failures of a client id. */
class ClientFailures {
  count = 0;
  readonly room = new WaitingRoom(MAX_WAITING_OF_CLIENT);
}

/**
 * Answers failed authentications of clients late: the more of them for a client id, the later. Only failures wait, so
 * nobody can lock a client out (docs/decisions/0044-client-authentication-failures.md).
 */
@Injectable()
export class FailedAuthentications {
  readonly #clients = new LRUCache<string, ClientFailures>({
    max: MAX_CLIENTS,
    ttl: FORGET_AFTER_MS,
  });
  readonly #room = new WaitingRoom(MAX_WAITING);
  readonly #counts = new Map<FailureReason, number>();

  constructor(
    @Inject(METRICS) registry: Registry,
    @Inject(LOG) private readonly log: Log,
  ) {
    const [counts, room] = [this.#counts, this.#room];
    new Counter({
      name: 'appledger_client_authentication_failures_total',
      help: 'Failed authentications of API clients, by reason',
      labelNames: ['reason'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [reason, count] of counts) this.inc({ reason }, count);
      },
    });
    new Gauge({
      name: 'appledger_client_authentication_failures_waiting',
      help: 'Failed authentications of API clients whose answer is delayed now',
      registers: [registry],
      collect() {
        this.set(room.waiting);
      },
    });
  }

  /** Counts a failure, and resolves after its delay to the error for the client. */
  fail(failure: Failure): Promise<OAuthError> {
    const { reason, clientId, description = 'the client is not known, or its credentials are not valid' } = failure;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const id = clientId.slice(0, MAX_ID_CHARACTERS);
    const client = this.#clients.get(id) ?? new ClientFailures();
    this.#clients.set(id, client); // the time begins again
    client.count += 1;
    this.#logIfNotable(failure, client.count);
    if (!this.#room.hasRoom || !client.room.hasRoom) {
      return Promise.resolve(OAuthError.slowDown('too many failed authentications: correct the credentials'));
    }
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (client.count - 1), MAX_DELAY_MS);
    return new Promise((resolve) => {
      client.room.wait(delayMs, () => undefined);
      this.#room.wait(delayMs, () => resolve(OAuthError.invalidClient(description)));
    });
  }

  /** One line for the first failure of a client, for the tenth, the hundredth and so on. */
  #logIfNotable({ reason, clientId, isKnown }: Failure, failures: number): void {
    if (!isKnown || !Number.isInteger(Math.log10(failures))) return;
    this.log.warn({ client: clientId, reason, failures }, 'the authentication of a client failed');
  }
}
