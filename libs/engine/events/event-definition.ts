import type { Shape } from '#libs/engine/kernel/shape.js';

/** An event before it is stored: its type, and data in the current version of that type's shape. */
export interface AnyEvent {
  readonly type: string;
  readonly data: unknown;
}

/** A version of an event type that is read, and no longer written. */
export interface FormerVersion {
  /** The shape that data of this version has. */
  readonly data: Shape<unknown>;
  /** Turns data of this version into data of the next one. Pure; must not change what it is given. */
  readonly upcast: (data: never) => unknown;
}

/**
 * A stored event type. Stored shapes are frozen: a change of shape is a further version, made by {@link nextVersion}
 * with an upcaster from the version before. So each version has a complete chain of upcasters to the current one.
 */
export interface EventDefinition<D = unknown> {
  /** The name under which clients see events of this type; undefined: they do not see them. */
  readonly publicName: string | undefined;
  /** The version in which events of this type are written now; versions ascend from 1. */
  readonly version: number;
  /** The shape of the data in the current version. */
  readonly data: Shape<D>;
  /** The versions before the current one, version 1 first. */
  readonly former: readonly FormerVersion[];
  /**
   * The same type in its next version.
   *
   * @param data the shape of the next version
   * @param upcast turns data of the version before into data of the next one: pure, and it must not change its argument
   */
  nextVersion<Next>(data: Shape<Next>, upcast: (data: D) => NoInfer<Next>): EventDefinition<Next>;
}

/** Event types by their names. */
export interface EventDefinitions {
  readonly [type: string]: EventDefinition;
}

/** The union of the events that a table of definitions declares, each in its current version. */
export type EventOf<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: {
    readonly type: Type;
    readonly data: Definitions[Type] extends EventDefinition<infer D> ? D : never;
  };
}[keyof Definitions & string];

/** An event type, in its first version, that clients see under `publicName`. */
export function publicEvent<D>(publicName: string, data: Shape<D>): EventDefinition<D> {
  return definition(publicName, data, []);
}

/** An event type, in its first version, that clients do not see. */
export function internalEvent<D>(data: Shape<D>): EventDefinition<D> {
  return definition(undefined, data, []);
}

/** Whether an event that a codec has decoded is of a type of this table; its data have been checked then. */
export function isOfType<Definitions extends EventDefinitions, Type extends keyof Definitions & string>(
  event: AnyEvent | undefined,
  _definitions: Definitions,
  type: Type,
): event is Extract<EventOf<Definitions>, { readonly type: Type }> {
  return event?.type === type;
}

function definition<D>(
  publicName: string | undefined,
  data: Shape<D>,
  former: readonly FormerVersion[],
): EventDefinition<D> {
  return {
    publicName,
    version: former.length + 1,
    data,
    former,
    nextVersion: (next, upcast) => definition(publicName, next, [...former, { data, upcast }]),
  };
}
