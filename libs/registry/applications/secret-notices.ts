import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import type { PeriodicWork } from '#libs/engine/consumer/periodic-work.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK, DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { BackgroundWork } from '#libs/registry/shared/features/background-work.js';
import { NoteSecretExpiryCommand } from './commands/note-secret-expiry/note-secret-expiry.command.js';
import { AWAITED, type ClientDocument, clientsCollection } from './projections/clients/clients.document.js';
import { nextNoticeAt } from './secret-expiry.js';

/** The user that the events of notices name as their editor: no person has caused them. */
export const NOTICES_EDITOR = 'appledger';

/** Documents that are read at once. */
const PAGE_DOCUMENTS = 100;

/** How soon documents that cannot be read are read again. */
const LOOK_AGAIN_MS = 1_000;

/** After so many notices without an effect the list of them is forgotten. Each takes about a hundred bytes. */
const MAX_WITHOUT_EFFECT = 50_000;

/** How long it is remembered that a notice had no effect. Then it is tried once more. */
const FORGET_AFTER_MS = 3_600_000;

/** A secret with a notice that is due, as the documents say. */
interface DueNotice {
  readonly appId: string;
  readonly secretId: string;
  readonly resourceOwner: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/**
 * Writes the notices that secrets expire, as they become due. The documents say which may be due. The decision is the
 * application's: a notice that is in the log is not written again, whatever the documents or the clock say.
 */
@Injectable()
@BackgroundWork({
  name: 'secret notices',
  does: 'writes SecretExpiring 30, 7 and 1 days before a secret expires, and SecretExpired when it has',
  everyMs: 15_000,
})
export class SecretNotices implements PeriodicWork {
  /** Notices that the documents show as due and that had no effect: of removed projects, whose documents stay. */
  readonly #withoutEffect = new Set<string>();
  #forgottenAt = 0;

  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dispatcher: Dispatcher,
  ) {}

  async round(signal: AbortSignal): Promise<void> {
    this.#forget();
    for (const notice of await this.#dueNow(signal)) {
      if (signal.aborted) return;
      const { appId, secretId, resourceOwner, at } = notice;
      const command = new NoteSecretExpiryCommand(appId, secretId, noticeContext(resourceOwner));
      const hasEffect = await this.dispatcher.command(command);
      // The clock may have been set back before the decision: then it is due later.
      if (!hasEffect && this.clock() >= at) this.#withoutEffect.add(keyOf(notice));
    }
  }

  /** Waits while the documents are built or cannot be read, which health and log say. */
  async #dueNow(signal: AbortSignal): Promise<readonly DueNotice[]> {
    while (!signal.aborted) {
      try {
        return await this.#due(this.clock(), signal);
      } catch (error) {
        if (!(error instanceof ReadModelUnavailableError)) throw error;
        await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined); // stopping
      }
    }
    return [];
  }

  /** All notices that are due: those that had no effect must not hide others. */
  async #due(now: number, signal: AbortSignal): Promise<readonly DueNotice[]> {
    const filter = { 'notice.awaited': AWAITED };
    const sort = [
      ['notice.at', 1],
      ['id', 1],
    ] as const;
    const due: DueNotice[] = [];
    for (let skip = 0; !signal.aborted; skip += PAGE_DOCUMENTS) {
      const page = await this.documents.find(clientsCollection, { filter, sort, skip, limit: PAGE_DOCUMENTS });
      const ripe = page.documents.filter(({ notice }) => notice !== undefined && Date.parse(notice.at) <= now);
      due.push(
        ...ripe.flatMap((client) => noticesOf(client, now)).filter((one) => !this.#withoutEffect.has(keyOf(one))),
      );
      if (ripe.length < PAGE_DOCUMENTS) break;
    }
    return due;
  }

  #forget(): void {
    const now = performance.now();
    if (now - this.#forgottenAt < FORGET_AFTER_MS && this.#withoutEffect.size < MAX_WITHOUT_EFFECT) return;
    this.#withoutEffect.clear();
    this.#forgottenAt = now;
  }
}

function noticesOf({ id: appId, secrets, details }: ClientDocument, now: number): readonly DueNotice[] {
  const { resourceOwner } = details;
  return secrets.flatMap((secret) => {
    const at = nextNoticeAt(secret);
    return at === undefined || at > now ? [] : [{ appId, secretId: secret.secretId, resourceOwner, at }];
  });
}

function keyOf({ secretId, at }: DueNotice): string {
  return `${secretId} ${at}`;
}

function noticeContext(resourceOwner: string): CommandContext {
  const id = randomUUID();
  return { resourceOwner, editor: { user: NOTICES_EDITOR }, correlationId: id, causationId: id };
}
