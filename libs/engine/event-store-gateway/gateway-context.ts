import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { AccessRules } from './access.js';
import type { AppendNotifier } from './append-notifier.js';
import type { ExpressionWorker } from './filters/expression-worker.js';

/** What the services of a gateway share. */
export interface GatewayContext {
  readonly log: EmbeddedLog;
  readonly access: AccessRules;
  readonly notifier: AppendNotifier;
  /** Matches expensive regular expressions of filters in a worker thread. */
  readonly expressions: ExpressionWorker;
  readonly logger: Log;
}
