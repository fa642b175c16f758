import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EventDefinitions } from '#libs/engine/events/event-definition.js';
import type { JsonSchema } from '#libs/engine/kernel/shape.js';

/** How one version of an event type is stored. */
export interface EventForm {
  /** The shape of the data. */
  readonly schema: JsonSchema;
  /** SHA-256 digests, in hex, of its golden files by their names. */
  readonly golden: Readonly<Record<string, string>>;
}

/** Stored forms by type and version, such as `ApplicationAdded.v1`; the metadata is a form without golden files. */
export type EventForms = Readonly<Record<string, EventForm>>;

/** Forms that a release has frozen, with the version of the first release that had them. */
export type ReleasedForms = Readonly<Record<string, EventForm & { readonly release: string }>>;

/** The name under which the shape of the metadata is kept. */
const METADATA = 'metadata';

/** The type and version that a golden file is of: `NameReserved.v1.of-a-rename.json` is of `NameReserved.v1`. */
const GOLDEN_FILE = /^(\w+\.v\d+)(?:\.[\w-]+)?\.json$/;

/** The form that a golden file shows; undefined: its name is not one of a golden file. */
export function formOf(file: string): string | undefined {
  return GOLDEN_FILE.exec(file)?.[1];
}

/**
 * The forms of every version that is read, as the code and the golden files have them now.
 *
 * @param files contents of the golden files by their names
 */
export function eventForms(
  definitions: EventDefinitions,
  metadata: JsonSchema,
  files: ReadonlyMap<string, string>,
): EventForms {
  const shapes = Object.entries(definitions).flatMap(([type, { former, data }]) =>
    [...former.map((each) => each.data), data].map((shape, index) => [`${type}.v${index + 1}`, shape.schema] as const),
  );
  return Object.fromEntries(
    [[METADATA, metadata] as const, ...shapes].map(([form, schema]) => {
      const golden = [...files].flatMap(([file, text]) => (formOf(file) === form ? [[file, digest(text)]] : []));
      return [form, { schema, golden: Object.fromEntries(golden) }];
    }),
  );
}

/** What has changed about forms that have been released, one line each; none: nothing has. */
export function changesOf(released: ReleasedForms, now: EventForms): readonly string[] {
  return Object.entries(released).flatMap(([form, { release, schema, golden }]) => {
    const current = now[form];
    if (current === undefined) return [`${form}, released in ${release}, is not read any more`];
    const files = Object.keys(golden).filter((file) => current.golden[file] !== golden[file]);
    return [
      ...(isDeepStrictEqual(form === METADATA ? withoutAdded(current.schema, schema) : current.schema, schema)
        ? []
        : [`the shape of ${form}, released in ${release}, has changed`]),
      ...files.map((file) => `golden file ${file}, released in ${release}, has changed or is missing`),
    ];
  });
}

/** A schema without the properties that may be absent and that a former one does not have: metadata may gain those. */
function withoutAdded(current: JsonSchema, former: JsonSchema): JsonSchema {
  const known = new Set([...Object.keys(former.properties ?? {}), ...((current.required ?? []) as readonly string[])]);
  const kept = Object.entries(current.properties ?? {}).filter(([name]) => known.has(name));
  return { ...current, properties: Object.fromEntries(kept) };
}

/** The released forms after a release: those that are new are frozen by it, the others stay as they were. */
export function afterRelease(released: ReleasedForms, now: EventForms, release: string): ReleasedForms {
  const added = Object.entries(now).filter(([form]) => released[form] === undefined);
  return { ...released, ...Object.fromEntries(added.map(([form, each]) => [form, { release, ...each }])) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
