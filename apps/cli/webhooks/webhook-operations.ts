import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { DURATION_FORMS, parseDuration } from '#libs/engine/kernel/duration.js';
import { WebhookService } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { answered } from '../calls/answered.js';
import type { RemoteServer } from '../calls/remote-server.js';
import { UsageError } from '../usage-error.js';
import type { WebhookOperation } from './webhook-operation.js';
import { webhookLines, webhookTable } from './webhook-text.js';

const { addWebhook, getWebhook, listWebhooks, updateWebhook, pauseWebhook, resumeWebhook } = WebhookService.method;
const { removeWebhook, rotateWebhookSecret } = WebhookService.method;

/** The most webhooks that a call answers. */
const PAGE = 1_000;

const WEBHOOK = 'the id of a webhook';

/** The operations on webhooks themselves. */
export const webhookOperations: Readonly<Record<string, WebhookOperation>> = {
  list: {
    takes: [],
    async run(server) {
      const answer = await listed(server);
      return answered(listWebhooks.output, answer, ...webhookTable(answer.result));
    },
  },
  add: {
    takes: ['type', 'project', 'all-organizations', 'from'],
    names: 'the URL to which events are sent',
    async run(server, url, { type: types = [], project = '', from = 'now', 'all-organizations': all = false }) {
      const request = { url, types: [...types], projectId: project, from, allOrganizations: all };
      const answer = await server.call(addWebhook, request);
      return answered(addWebhook.output, answer, `webhook ${answer.webhookId}; its secret:`, answer.signingSecret);
    },
  },
  show: {
    takes: [],
    names: WEBHOOK,
    async run(server, webhookId) {
      const answer = await server.call(getWebhook, { webhookId });
      return answered(getWebhook.output, answer, ...webhookLines(answer.webhook));
    },
  },
  update: {
    takes: ['to', 'type', 'all-types'],
    names: WEBHOOK,
    async run(server, webhookId, { to, type, 'all-types': allTypes = false }) {
      if (type !== undefined && allTypes) throw new UsageError('--type and --all-types contradict each other');
      if (to === undefined && type === undefined && !allTypes) {
        throw new UsageError('webhooks update requires --to, --type or --all-types');
      }
      const { webhook } = await server.call(getWebhook, { webhookId });
      const types = allTypes ? [] : (type ?? webhook?.types ?? []);
      const answer = await server.call(updateWebhook, { webhookId, url: to ?? webhook?.url ?? '', types: [...types] });
      return answered(updateWebhook.output, answer, `webhook ${webhookId} is changed`);
    },
  },
  pause: {
    takes: [],
    names: WEBHOOK,
    async run(server, webhookId) {
      const answer = await server.call(pauseWebhook, { webhookId });
      return answered(pauseWebhook.output, answer, `webhook ${webhookId} is paused`);
    },
  },
  resume: {
    takes: [],
    names: WEBHOOK,
    async run(server, webhookId) {
      const answer = await server.call(resumeWebhook, { webhookId });
      return answered(resumeWebhook.output, answer, `webhook ${webhookId} is resumed`);
    },
  },
  remove: {
    takes: [],
    names: WEBHOOK,
    async run(server, webhookId) {
      const answer = await server.call(removeWebhook, { webhookId });
      return answered(removeWebhook.output, answer, `webhook ${webhookId} is removed`);
    },
  },
  'rotate-secret': {
    takes: ['overlap'],
    names: WEBHOOK,
    async run(server, webhookId, { overlap = '0' }) {
      const ms = parseDuration(overlap);
      if (ms === undefined) throw new UsageError(`--overlap takes ${DURATION_FORMS} (got ${overlap})`);
      const answer = await server.call(rotateWebhookSecret, { webhookId, overlap: durationFromMs(ms) });
      const others = ms === 0 ? 'the former ones have ended' : `the former ones end in ${overlap}`;
      return answered(rotateWebhookSecret.output, answer, `the new secret; ${others}:`, answer.signingSecret);
    },
  },
};

/** All webhooks, in the order in which they were added. */
async function listed(server: RemoteServer) {
  for (let answer = undefined as Awaited<ReturnType<typeof page>> | undefined; ; ) {
    const next = await page(server, answer?.result.length ?? 0);
    answer = answer === undefined ? next : { ...next, result: [...answer.result, ...next.result] };
    if (next.result.length < PAGE) return answer;
  }
}

function page(server: RemoteServer, offset: number) {
  return server.call(listWebhooks, { query: { offset: BigInt(offset), limit: PAGE, asc: true } });
}
