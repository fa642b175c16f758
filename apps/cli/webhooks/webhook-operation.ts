import type { OperationResult } from '#libs/engine/operations/operation.js';
import type { RemoteServer } from '../calls/remote-server.js';

/** The options of the operations on webhooks. */
export const operationOptions = {
  type: { type: 'string', multiple: true },
  'all-types': { type: 'boolean' },
  project: { type: 'string' },
  'all-organizations': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  overlap: { type: 'string' },
  only: { type: 'string' },
  limit: { type: 'string' },
  event: { type: 'string' },
} as const;

/** Their values. */
export interface OperationValues {
  readonly type?: readonly string[] | undefined;
  readonly 'all-types'?: boolean | undefined;
  readonly project?: string | undefined;
  readonly 'all-organizations'?: boolean | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly overlap?: string | undefined;
  readonly only?: string | undefined;
  readonly limit?: string | undefined;
  readonly event?: string | undefined;
}

/** An operation of `appledger webhooks`. */
export interface WebhookOperation {
  /** The options that it takes. */
  readonly takes: readonly (keyof OperationValues)[];
  /** What its argument is; undefined: it has none. */
  readonly names?: string;
  /** @param word its argument; empty: it has none */
  run(server: RemoteServer, word: string, values: OperationValues): Promise<OperationResult>;
}
