import type { Shape } from '#libs/engine/kernel/shape.js';
import { type FaultyEvent, MalformedEventError, NewerEventError } from './event.errors.js';
import type { EventDefinition } from './event-definition.js';

/**
 * Brings data of another version into the current version of their type. They are checked against the shape of their
 * version first, and after each upcaster against the shape that it promises.
 *
 * @param version in which the data were written; not the current one
 * @throws MalformedEventError the data do not have the shape of their version, or an upcaster gives another shape
 * @throws NewerEventError the version is newer than the current one
 */
export function inCurrentVersion(
  event: FaultyEvent,
  data: unknown,
  version: number,
  definition: EventDefinition,
): unknown {
  if (version > definition.version) {
    const fault = `has schema version ${version}, and ${definition.version} is the newest that is known here`;
    throw new NewerEventError(event, fault);
  }
  if (version < 1) throw new MalformedEventError(event, 'metadata.schemaVersion must be a whole number from 1');
  assertShape(event, shapeOf(definition, version), data, 'data');
  return definition.former.slice(version - 1).reduce((before, { upcast }, index) => {
    const after = upcast(before as never);
    const next = version + index + 1;
    assertShape(event, shapeOf(definition, next), after, `data upcast to version ${next}`);
    return after;
  }, data);
}

function shapeOf(definition: EventDefinition, version: number): Shape<unknown> {
  return definition.former[version - 1]?.data ?? definition.data;
}

function assertShape(event: FaultyEvent, shape: Shape<unknown>, data: unknown, path: string): void {
  const fault = shape.fault(data, path);
  if (fault !== undefined) throw new MalformedEventError(event, fault);
}
