import { Inject, Injectable } from '@nestjs/common';
import { LEDGER, type Ledger } from '#libs/engine/ledger/ledger.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { type SignedLedger, signedLedger } from './current-ledger.js';

/** Nest injects what admits the callers of calls by it. */
export const ADMISSION = Symbol('Admission');

/** The permission to read every event. */
const READ_EVENTS = 'events.read';

/** Pages of every origin may read what everybody may read. */
const FOR_EVERY_PAGE = { 'access-control-allow-origin': '*' } as const;

/** Decides who gets what of the ledger. */
@Injectable()
export class LedgerGate {
  /** Whether everybody may read checkpoints and hashes. */
  readonly isPublic: boolean;

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger | undefined,
    @Inject(CONFIGURATION) { ledgerPublic }: Configuration,
    @Inject(ADMISSION) private readonly admission: Admission,
  ) {
    this.isPublic = ledgerPublic;
  }

  /** The headers of every answer with checkpoints or hashes, and of its errors. */
  get treeHeaders(): Readonly<Record<string, string>> {
    return this.isPublic ? FOR_EVERY_PAGE : {};
  }

  /** Opens the ledger for its checkpoints and hashes. @throws ContractError the caller may not read them, or there is none */
  async tree(request: HttpRouteRequest): Promise<SignedLedger> {
    return this.isPublic ? this.anybody() : this.events(request);
  }

  /** Opens it for the events themselves. @throws ContractError the caller's roles may not read all events, or there is none */
  async events(request: HttpRouteRequest): Promise<SignedLedger> {
    const { requestId, headers, record } = request;
    const rule = { permission: READ_EVENTS, everywhere: true, scopeField: undefined };
    const remoteAddress = () => request.remoteAddress();
    await this.admission.admit(rule, { requestId, headers, record, remoteAddress, scope: () => undefined });
    return this.anybody();
  }

  /** Opens it for those who prove by signatures that they may. @throws ContractError there is none */
  anybody(): SignedLedger {
    return signedLedger(this.ledger);
  }
}
