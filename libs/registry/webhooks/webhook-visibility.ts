import { isLiveWebhook, noWebhook, type WebhookState } from './webhook.state.js';

/** Who asks about a webhook. */
export interface WebhookCaller {
  readonly organization: string;
  /** The caller's role holds in all organizations. */
  readonly everywhere: boolean;
}

/**
 * Whether a caller sees a webhook: that of another organization does not exist for it, and one of all organizations only
 * for callers whose role holds in all of them. Otherwise the owner of one organization could let the events of all others
 * be sent to itself.
 */
export function seesWebhook(
  { organization, everywhere }: WebhookCaller,
  webhook: { readonly allOrganizations: boolean; readonly resourceOwner: string | undefined },
): boolean {
  return webhook.allOrganizations ? everywhere : webhook.resourceOwner === organization;
}

/** The state of a webhook as a caller sees it. */
export function webhookSeenBy(
  caller: WebhookCaller,
  { state, resourceOwner }: { readonly state: WebhookState; readonly resourceOwner: string | undefined },
): WebhookState {
  if (!isLiveWebhook(state)) return state;
  return seesWebhook(caller, { allOrganizations: state.allOrganizations, resourceOwner }) ? state : noWebhook;
}
