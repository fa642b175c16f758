import type { Infer, Shape } from './shape.js';

/** A stored event type: the version of its shape, and the shape. */
export interface EventShape<D = unknown> {
  readonly version: number;
  readonly data: Shape<D>;
}

/** An event of any type, apart from where it is stored. */
export interface AnyEvent {
  readonly type: string;
  readonly data: unknown;
}

/** The union of events that a table of shapes declares. */
export type EventOf<Shapes extends { readonly [type: string]: EventShape }> = {
  [Type in keyof Shapes & string]: { readonly type: Type; readonly data: Infer<Shapes[Type]['data']> };
}[keyof Shapes & string];
