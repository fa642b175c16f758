import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  WebhookPauseReason,
  type WebhookSchema,
  WebhookState,
} from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { readDetails } from '#libs/registry/shared/rpc/answers.js';
import type { DocumentSecret, WebhookDocument } from './projections/webhooks/webhooks.document.js';
import type { PauseReason } from './webhook.events.js';
import { activeSecrets } from './webhook.state.js';

const reasons: Readonly<Record<PauseReason, WebhookPauseReason>> = {
  requested: WebhookPauseReason.REQUESTED,
  gone: WebhookPauseReason.GONE,
  failing: WebhookPauseReason.FAILING,
};

/** A webhook as the contract answers it. @param now in milliseconds since 1970: the secrets that sign then are answered */
export function webhookMessage(document: WebhookDocument, now: number): MessageInitShape<typeof WebhookSchema> {
  const { id, url, types, projectId = '', allOrganizations, from, pause, secrets, details } = document;
  return {
    webhookId: id,
    url,
    types: [...types],
    projectId,
    allOrganizations,
    from,
    state: pause === undefined ? WebhookState.ACTIVE : WebhookState.PAUSED,
    ...(pause !== undefined && { pauseReason: reasons[pause.reason], pausedAt: timestampOf(pause.at) }),
    secrets: activeSecrets(secrets, now).map(secretMessage),
    details: readDetails(details),
  };
}

function secretMessage({ secretId, createdAt, until }: DocumentSecret) {
  return {
    secretId,
    createdAt: timestampOf(createdAt),
    ...(until !== undefined && { expiresAt: timestampOf(until) }),
  };
}

function timestampOf(time: string) {
  return timestampFromMs(Date.parse(time));
}
