import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const SOURCES = resolve(import.meta.dirname, 'ledger-auditor');
const BUILT = resolve(import.meta.dirname, '../../dist/ledger-auditor/auditor');

/** What the auditor is given. Binary parts are base64. */
export interface Audited {
  readonly key: string;
  readonly checkpoint: string;
  readonly entries: readonly { readonly index: number; readonly leaf: string; readonly proof: readonly string[] }[];
  readonly older?: string;
  readonly consistency?: readonly string[];
}

/** The program of an auditor in Go, which shares no code with the ledger; or why there is none. */
export type Auditor = { audit(given: Audited): string } | { readonly missing: string };

/** Builds the auditor, unless it was built before. */
export function ledgerAuditor(): Auditor {
  if (!existsSync(BUILT)) {
    mkdirSync(dirname(BUILT), { recursive: true });
    const unfinished = `${BUILT}.${process.pid}`;
    const built = spawnSync('go', ['build', '-C', SOURCES, '-mod=mod', '-o', unfinished, '.'], { encoding: 'utf8' });
    if (built.status !== 0)
      return { missing: built.stderr || 'the go command is missing: install Go from https://go.dev' };
    renameSync(unfinished, BUILT);
  }
  return { audit: (given) => spawnSync(BUILT, { input: JSON.stringify(given), encoding: 'utf8' }).stdout.trim() };
}
