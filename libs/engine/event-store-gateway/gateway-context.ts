import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';
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
