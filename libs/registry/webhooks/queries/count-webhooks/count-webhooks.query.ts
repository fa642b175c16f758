import { Query } from '@nestjs/cqrs';

/** Counts the webhooks of an organization, or those of all organizations, as they are in the event store now. */
export class CountWebhooksQuery extends Query<number> {
  /** @param organization undefined: those of all organizations */
  constructor(readonly organization: string | undefined) {
    super();
  }
}
