import { randomUUID } from 'node:crypto';
import { type CloudEvent, sourceOf } from '#libs/registry/feed/index.js';

/** The type of the event that a test sends. No public event has it. */
export const TEST_TYPE = 'webhook.test';

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/**
 * The event that a test sends: it looks like any other, and is in no log.
 *
 * @param identity of the log @param now in milliseconds since 1970
 */
export function testEvent(
  webhook: { readonly id: string; readonly organization: string | undefined },
  { identity, now }: { readonly identity: string | undefined; readonly now: number },
): CloudEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: sourceOf(identity),
    type: TEST_TYPE,
    subject: webhook.id,
    time: { seconds: BigInt(Math.floor(now / MS_PER_SECOND)), nanos: (now % MS_PER_SECOND) * NANOS_PER_MS },
    datacontenttype: 'application/json',
    dataschema: '',
    sequence: 0n,
    position: 0n,
    resourceowner: webhook.organization ?? '',
    editor: 'appledger',
    correlationid: '',
    reason: '',
    data: { webhookId: webhook.id },
  };
}
