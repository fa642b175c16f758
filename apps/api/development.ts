import { resolve } from 'node:path';
import type { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { type Configuration, ConfigurationError } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { DevelopmentIssuer } from '#libs/registry/access/development-issuer/development-issuer.js';
import { issuerFileIn } from '#libs/registry/access/development-issuer/issuer-file.js';
import type { Stores } from '#libs/registry/composition/open-stores.js';
import { ensureFirstProject, type FirstProjectStart } from './first-project.js';

/** Prints tokens of the development issuer. It lies beside the program that runs: scripts/bundle.mjs puts both into dist/programs. */
const TOKEN_PROGRAM = resolve(import.meta.dirname, 'token.js');

/** The parts of a server that signs its tokens itself. */
export interface Development {
  readonly issuer: DevelopmentIssuer;
  readonly firstProject: FirstProjectStart;
  /** The command that prints a token. */
  readonly tokenCommand: string;
}

/**
 * Whether the development issuer's file is in the data folder.
 *
 * @throws ConfigurationError it is shared, but no issuer is configured: each server would name itself as the issuer
 */
export function keepsIssuerInFolder({ issuer, developmentIssuerFile, publicUrl }: Configuration): boolean {
  if (issuer === undefined && developmentIssuerFile !== undefined && publicUrl === undefined) {
    throw new ConfigurationError(
      'APPLEDGER_DEVELOPMENT_ISSUER_FILE goes with APPLEDGER_PUBLIC_URL: the first server that uses the file puts its URL into it as the issuer of all tokens',
    );
  }
  return issuer === undefined && developmentIssuerFile === undefined;
}

/** The command that prints a token of the development issuer; undefined: another issuer signs the tokens. */
export function tokenCommandOf(configuration: Configuration): string | undefined {
  const { issuer, tokenCommand, developmentIssuerFile, dataDir } = configuration;
  if (issuer !== undefined || tokenCommand !== undefined) return issuer === undefined ? tokenCommand : undefined;
  const place =
    developmentIssuerFile === undefined
      ? `APPLEDGER_DATA_DIR=${quoted(resolve(dataDir))}`
      : `APPLEDGER_DEVELOPMENT_ISSUER_FILE=${quoted(resolve(developmentIssuerFile))}`;
  return `${place} node ${quoted(TOKEN_PROGRAM)}`;
}

/** Opens the development issuer and creates its first project; undefined: another issuer signs the tokens. */
export async function openDevelopment(
  configuration: Configuration,
  { folder, eventStore }: Stores,
  nextId: IdGenerator,
  dispatcher: Dispatcher,
  log: Log,
): Promise<Development | undefined> {
  const { developmentIssuerFile: shared, publicUrl, dataDir } = configuration;
  const tokenCommand = tokenCommandOf(configuration);
  if (tokenCommand === undefined) return undefined;
  const path = shared ?? issuerFileIn(folder?.path ?? dataDir);
  const issuer = await DevelopmentIssuer.open(path, nextId, systemClock, shared && publicUrl);
  const firstProject = await ensureFirstProject(dispatcher, eventStore, issuer.first, log);
  return { issuer, firstProject, tokenCommand };
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
