import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventMetadata } from '#libs/engine/events/event-metadata.js';
import { features } from '#libs/registry/features.js';
import { afterRelease, changesOf, type EventForms, eventForms, type ReleasedForms } from './event-forms.js';

const GOLDEN_FOLDER = 'test/golden/events';
const RELEASED_FILE = 'test/golden/released-events.json';

/** What the check or the release of event forms comes to. */
export interface ReleasedEventsResult {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** Compares the forms in a checkout with those that have been released. @param root the folder of the checkout */
export function checkReleasedEvents(root: string): ReleasedEventsResult {
  const released = releasedIn(root);
  const changes = changesOf(released, formsIn(root));
  if (changes.length === 0)
    return { ok: true, lines: [`${Object.keys(released).length} released event forms are unchanged`] };
  return {
    ok: false,
    lines: [...changes, 'released forms are frozen: add a version instead (CONTRIBUTING.md, "change an event")'],
  };
}

/**
 * Freezes the forms that no release has had yet.
 *
 * @param release the version that is released
 */
export function releaseEvents(root: string, release: string): ReleasedEventsResult {
  const check = checkReleasedEvents(root);
  if (!check.ok) return check;
  const released = releasedIn(root);
  const after = afterRelease(released, formsIn(root), release);
  writeFileSync(join(root, RELEASED_FILE), `${JSON.stringify(after, undefined, 2)}\n`);
  const added = Object.keys(after).length - Object.keys(released).length;
  return { ok: true, lines: [`${release} freezes ${added} event forms: commit ${RELEASED_FILE}`] };
}

function releasedIn(root: string): ReleasedForms {
  return JSON.parse(readFileSync(join(root, RELEASED_FILE), 'utf8'));
}

function formsIn(root: string): EventForms {
  const folder = join(root, GOLDEN_FOLDER);
  const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
  return eventForms(features.events, eventMetadata.schema, new Map(files));
}
