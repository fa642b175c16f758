import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { Selection } from '#libs/registry/feed/index.js';
import type { PauseReason, WebhookEvent } from './webhook.events.js';
import { evolveWebhook } from './webhook.evolve.js';
import { isLiveWebhook, noWebhook, type SigningSecret } from './webhook.state.js';

/** A webhook as deliveries need it. */
export interface WebhookEntry {
  readonly id: string;
  /** The organization that owns it. */
  readonly resourceOwner: string;
  readonly url: string;
  /** The events that are delivered. */
  readonly selection: Selection;
  /** Delivery begins after this position. */
  readonly after: bigint;
  /** undefined: it is active. */
  readonly paused: PauseReason | undefined;
  /** In the order in which they were made, those that have ended included. */
  readonly secrets: readonly SigningSecret[];
}

/** What an entry is made with. */
export interface EntryContext {
  /** The identity of the log; undefined: it has none. */
  readonly log: string | undefined;
  /** The stored types of events by their public names. */
  readonly storedTypes: ReadonlyMap<string, string>;
}

/**
 * The entry of a webhook; undefined: it does not exist.
 *
 * @param events of its stream, all of them
 * @throws Error they cannot follow each other
 */
export function entryOf(
  events: readonly DecodedEvent<WebhookEvent>[],
  { log, storedTypes }: EntryContext,
): WebhookEntry | undefined {
  const [first] = events;
  const state = events.reduce(evolveWebhook, noWebhook);
  if (first?.type !== 'WebhookAdded' || !isLiveWebhook(state)) return undefined;
  const { resourceOwner } = first.meta;
  const selection: Selection = {
    types: state.types.length === 0 ? undefined : storedOf(state.types, storedTypes),
    organization: state.allOrganizations ? undefined : resourceOwner,
    project: state.projectId,
    application: undefined,
  };
  return {
    id: first.data.webhookId,
    resourceOwner,
    url: state.url,
    selection,
    after: startOf(first, log),
    paused: state.status === 'paused' ? state.reason : undefined,
    secrets: state.secrets,
  };
}

/** A type that this version of the program does not know selects nothing. */
function storedOf(types: readonly string[], storedTypes: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(types.flatMap((type) => storedTypes.get(type) ?? []));
}

/** A position of another log, from which the events were copied, means nothing: then everything is delivered. */
function startOf(
  { data, position }: DecodedEvent<Extract<WebhookEvent, { readonly type: 'WebhookAdded' }>>,
  log: string | undefined,
): bigint {
  if (data.from === 'now') return position;
  return data.after === undefined || data.log !== log ? BEFORE_FIRST_POSITION : BigInt(data.after);
}
