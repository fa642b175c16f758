import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a request to the ledger is refused, by the ids that clients match on. */
export const ledgerRefusals = {
  'LEDGER-k3Wv8': {
    code: Code.NOT_FOUND,
    text: 'This server keeps no ledger: APPLEDGER_LEDGER is off, or it has neither a data folder nor APPLEDGER_LEDGER_DIR',
    when: 'ledger: this process has none',
  },
  'LEDGER-p6Tn2': {
    code: Code.UNAVAILABLE,
    text: 'The ledger has no checkpoint yet: try again in a moment',
    when: 'ledger: the log is being read for the first time',
  },
  'LEDGER-d9Xq4': {
    code: Code.NOT_FOUND,
    text: 'There is no such tile in the tree of the last checkpoint: see GET /ledger/checkpoint',
    when: 'ledger: the path is no tile, or one behind the end of the tree',
  },
  'LEDGER-m5Jc7': {
    code: Code.INTERNAL,
    text: 'The events of this tile are not those that were signed: appledger ledger verify says which differ',
    when: 'ledger: the event log has been changed',
  },
  'LEDGER-t4Vb9': {
    code: Code.UNAVAILABLE,
    text: 'The files of the ledger are not whole and are made again: try again in a moment',
    when: 'ledger: a part of its files is lost or damaged',
  },
  'LEDGER-w7Rd5': {
    code: Code.UNAVAILABLE,
    text: 'The cosignature cannot be stored: the folder of the ledger is full or read-only',
    when: 'ledger: its folder cannot be written',
  },
  'LEDGER-x2Hs6': {
    code: Code.NOT_FOUND,
    text: 'No witness has cosigned a checkpoint yet',
    when: 'ledger: no cosignature has been sent',
  },
  'LEDGER-b8Fy3': {
    code: Code.INVALID_ARGUMENT,
    text: 'The body must be a checkpoint of this ledger, with its signature and the cosignature of a witness in APPLEDGER_LEDGER_WITNESSES',
    when: 'ledger: a witness sends another note, or is not configured',
  },
} as const satisfies Refusals;
