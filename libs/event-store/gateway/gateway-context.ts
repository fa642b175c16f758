import type { Log } from '#libs/platform/logger.js';
import type { EmbeddedLog } from '../embedded/log.js';
import type { AccessRules } from './access.js';
import type { ExpressionWorker } from './filters/expression-worker.js';
import type { LiveHub } from './live-hub.js';

/** What the services of a gateway share. */
export interface GatewayContext {
  readonly log: EmbeddedLog;
  readonly access: AccessRules;
  readonly hub: LiveHub;
  /** Where the expressions of filters are matched that are expensive. */
  readonly expressions: ExpressionWorker;
  readonly logger: Log;
}
