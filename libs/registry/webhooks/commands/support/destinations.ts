import { Inject, Injectable } from '@nestjs/common';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { feedTypes } from '#libs/registry/feed/index.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { resolvedUrlFault } from '#libs/registry/shared/public-addresses/resolved-url-fault.js';
import { refused } from '#libs/registry/shared/refused.js';
import { webhookRefusals } from '../../webhook.refusals.js';

const EXAMPLE = 'https://hooks.example/appledger';

/** Characters of a wrong type that the error repeats. */
const SHOWN_CHARACTERS = 100;

/** Where events are sent, and of which types. */
export interface Destination {
  readonly url: string;
  readonly types: readonly string[];
}

/** Checks where callers want events to be sent. */
@Injectable()
export class Destinations {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'webhooksAllowPrivate'>,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  /**
   * The destination with each type once. Its host is looked up.
   *
   * @throws ContractError the URL is not allowed, or a type does not exist
   */
  async checked({ url, types }: Destination): Promise<Destination> {
    const policy = { allowPrivate: this.configuration.webhooksAllowPrivate };
    const fault = await resolvedUrlFault(url, policy, EXAMPLE);
    if (fault !== undefined) throw refused(webhookRefusals, 'WEBHOOK-Ur6lf', `it ${fault}`);
    const known = feedTypes(this.publicEvents);
    const unknown = types.find((type) => !known.has(type));
    if (unknown === undefined) return { url, types: [...new Set(types)] };
    const shown = JSON.stringify(unknown.slice(0, SHOWN_CHARACTERS));
    const all = [...known.keys()].join(', ');
    throw refused(webhookRefusals, 'WEBHOOK-Ty4pe', `${shown} is none; there are: ${all}`);
  }
}
