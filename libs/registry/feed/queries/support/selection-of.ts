import type { PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { type Selection, typesNamed } from '../../selection.js';
import type { FeedReader } from './feed-reader.js';

/** The fields of a request that select events. */
interface SelectingRequest {
  readonly types: readonly string[];
  readonly project: string;
  readonly application: string;
  readonly reader: FeedReader;
}

/** The events that a request selects, among those that its caller sees. @throws ContractError a type is not known */
export function selectionOf(
  { types, project, application, reader: { organization } }: SelectingRequest,
  publicEvents: PublicEvents,
): Selection {
  return {
    types: typesNamed(types, publicEvents),
    organization,
    project: project || undefined,
    application: application || undefined,
  };
}
