import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { CallerLimits } from '#libs/engine/rpc/limits/caller-limits.js';
import { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { startTracing } from '#libs/engine/runtime/tracing/start-tracing.js';
import { TokenAdmission } from '#libs/registry/access/admission.js';
import { claimNamesOf, configuredIssuer } from '#libs/registry/access/configured-issuer.js';
import type { DevelopmentIssuer } from '#libs/registry/access/development-issuer/development-issuer.js';
import { IssuedTokens } from '#libs/registry/access/issued-tokens.js';
import { readRolePermissions } from '#libs/registry/access/roles-file.js';
import { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { StoredApplicationProjects } from '#libs/registry/applications/application-projects.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { startCore } from './core.js';
import { type Development, openDevelopment } from './development.js';
import { serveHttp } from './http-server.js';
import { LateAdmission } from './late-admission.js';
import { holdPorts } from './ports.js';
import { readTls } from './tls.js';

/** The default burst: as many calls as the rate permits in this time. */
const BURST_IN_SECONDS = 2;

/** A started server. */
export interface ApiServer {
  /** The URL at which callers reach it. */
  readonly url: string;
  /** The address on which it listens. */
  readonly address: string;
  /** The development issuer and its first project; undefined: another issuer signs the tokens. */
  readonly development: Development | undefined;
  /** Lets requests in flight finish, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Composes the server and listens.
 *
 * @param features what it serves
 * @throws Error the server cannot start, and everything is closed again; the message says what to do
 */
export async function startApiServer(configuration: Configuration, log: Log, features: FeatureSet): Promise<ApiServer> {
  const closing = new Closing();
  try {
    return await start(configuration, log, features, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function start(
  configuration: Configuration,
  log: Log,
  features: FeatureSet,
  closing: Closing,
): Promise<ApiServer> {
  const tracing = await startTracing('appledger-api', log);
  closing.add(async () => tracing?.stop());
  const tls = await readTls(configuration);
  const ports = await holdPorts(configuration, closing);
  let expectations = configuredIssuer(configuration, log);
  const tokens = new IssuedTokens(() => expectations(), systemClock, log);
  const admission = new LateAdmission();
  let address: string | undefined;
  const core = await startCore(
    {
      configuration,
      log,
      features,
      tracing,
      tokens,
      admission,
      serverUrl: () => configuration.publicUrl ?? address,
      gateway: { tls, port: ports.gateway },
    },
    closing,
  );
  const { app, stores, nextId } = core;
  const development = await openDevelopment(configuration, stores, nextId, app.get(Dispatcher), log);
  if (development !== undefined) {
    closing.add(() => development.firstProject.stop());
    expectations = development.issuer.expectations;
  }
  admission.admission = new TokenAdmission(
    new TokenVerifier(tokens, claimNamesOf(configuration)),
    await readRolePermissions(configuration.rolesFile, features.rolePermissions),
    limitsOf(configuration),
    app.get(StoredApplicationProjects),
  );
  address = await serveHttp(
    { configuration, log, features, core, admission, tls, tracing, development, ports, address: () => address },
    closing,
  );
  const url = configuration.publicUrl ?? address;
  if (development !== undefined) await serveAt(url, development.issuer, stores.folder?.readOnly === true, log, closing);
  return { url, address, development, stop: () => closing.run() };
}

/** Lets the development issuer sign in the name of the server's URL. */
async function serveAt(
  url: string,
  issuer: DevelopmentIssuer,
  readOnly: boolean,
  log: Log,
  closing: Closing,
): Promise<void> {
  await issuer.serveAt(url, readOnly);
  if (readOnly) return;
  const machineKey = createMachineKey(issuer, log); // takes a while, and nobody waits for it
  closing.add(() => machineKey);
}

async function createMachineKey(issuer: DevelopmentIssuer, log: Log): Promise<void> {
  try {
    await issuer.ensureMachineKey();
  } catch (err) {
    log.warn({ err, file: issuer.machineKeyFile }, 'the key of the machine user could not be created');
  }
}

function limitsOf({ rateLimit, rateBurst }: Configuration): CallerLimits | undefined {
  if (rateLimit === undefined) return undefined;
  const burst = rateBurst ?? rateLimit * BURST_IN_SECONDS;
  return new CallerLimits({ perSecond: rateLimit, burst }, systemClock);
}
