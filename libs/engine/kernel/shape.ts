/**
 * The shape of stored data: one declaration gives the TypeScript type and the check at run time, on write and on read.
 * It is kept small so that the domain can declare its events without a package.
 */
export interface Shape<T> {
  /** Describes what is wrong with the value, which is found at `path`; undefined: it has the shape. */
  readonly fault: (value: unknown, path: string) => string | undefined;
  /** True for a field that may be left out. */
  readonly optional?: true;
  /** True for a field that readers outside of the program do not see, and for what {@link shownForm} leaves out. */
  readonly hidden?: true;
  /** The value without its hidden fields; undefined: it has none. */
  readonly shown?: ShownForm;
  /** The same rule as a JSON Schema, for documentation and for readers in other languages. */
  readonly schema: JsonSchema;
  /** Only carries the type at compile time; never set. */
  readonly type?: T;
}

/** What readers outside of the program see of a value. */
export interface ShownForm {
  readonly of: (value: unknown) => unknown;
  readonly schema: JsonSchema;
}

/** A JSON Schema. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The TypeScript type that a shape describes. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

type Fields = { readonly [name: string]: Shape<unknown> };
type OptionalNames<F extends Fields> = { [K in keyof F]: F[K] extends { optional: true } ? K : never }[keyof F];
type Flatten<T> = { [K in keyof T]: T[K] } & {};
type ObjectOf<F extends Fields> = Flatten<
  { readonly [K in Exclude<keyof F, OptionalNames<F>>]: Infer<F[K]> } & {
    readonly [K in OptionalNames<F>]?: Infer<F[K]>;
  }
>;

/** A string of well-formed Unicode. */
export const text: Shape<string> = {
  fault: (value, path) => (typeof value === 'string' && value.isWellFormed() ? undefined : `${path} must be a string`),
  schema: { type: 'string' },
};

/** Any value. */
export const anything: Shape<unknown> = { fault: () => undefined, schema: {} };

/** true or false. */
export const flag: Shape<boolean> = {
  fault: (value, path) => (typeof value === 'boolean' ? undefined : `${path} must be true or false`),
  schema: { type: 'boolean' },
};

/** A whole number from 0 that JSON represents exactly. */
export const count: Shape<number> = {
  fault: (value, path) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : `${path} must be a whole number from 0`,
  schema: { type: 'integer', minimum: 0 },
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** The beginning of the last time that was found valid: most times are of the same day, and Date takes long for a day. */
let lastDay = '1970-01-01T';

/** A time of RFC 3339 in UTC with exactly three decimals, as `Date.prototype.toISOString` writes it. */
export const time: Shape<string> = {
  fault: (value, path) =>
    typeof value === 'string' && (isOfLastDay(value) || isTime(value))
      ? undefined
      : `${path} must be a time such as 2024-04-10T04:31:16.326Z`,
  schema: { type: 'string', format: 'date-time' },
};

function isOfLastDay(value: string): boolean {
  return value.startsWith(lastDay) && TIME_OF_DAY.test(value.slice(lastDay.length));
}

function isTime(value: string): boolean {
  if (!TIME.test(value) || Number.isNaN(Date.parse(value))) return false;
  lastDay = value.slice(0, lastDay.length);
  return true;
}

/** One of the given words. */
export function oneOf<const W extends string>(...words: readonly W[]): Shape<W> {
  return {
    fault: (value, path) =>
      (words as readonly unknown[]).includes(value) ? undefined : `${path} must be one of ${words.join(', ')}`,
    schema: { enum: words },
  };
}

/** A list of values of one shape, of which nothing is hidden. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    fault(value, path) {
      if (!Array.isArray(value)) return `${path} must be a list`;
      for (const [index, each] of value.entries()) {
        const fault = item.fault(each, `${path}[${index}]`);
        if (fault !== undefined) return fault;
      }
      return undefined;
    },
    schema: { type: 'array', items: item.schema },
  };
}

/** A field that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T> & { readonly optional: true } {
  return {
    ...shape,
    fault: (value, path) => (value === undefined ? undefined : shape.fault(value, path)),
    optional: true,
  };
}

/** A field that readers outside of the program must not see, such as the hash of a secret. */
export function hidden<S extends Shape<unknown>>(shape: S): S & { readonly hidden: true } {
  return { ...shape, hidden: true };
}

/** What readers outside of the program see of values of this shape. */
export function shownForm({ shown, schema }: Shape<unknown>): ShownForm {
  return shown ?? { of: (value) => value, schema };
}

/** An object with exactly these fields: a missing field and an unknown field are both faults. */
export function object<F extends Fields>(fields: F): Shape<ObjectOf<F>> {
  const entries = Object.entries(fields);
  return {
    fault(value, path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} must be an object`;
      let present = 0;
      for (const [name, shape] of entries) {
        const field = (value as Record<string, unknown>)[name];
        // The path of the field is built only for a fault: most values have none.
        if (shape.fault(field, path) !== undefined) return shape.fault(field, `${path}.${name}`);
        if (field !== undefined) present += 1;
      }
      const names = Object.keys(value);
      if (names.length === present) return undefined; // The names are looked at only where there are others than these.
      const unknown = names.find((name) => !Object.hasOwn(fields, name));
      return unknown === undefined ? undefined : `${path}.${unknown} is not a known field`;
    },
    schema: objectSchema(entries.map(([name, shape]) => [name, shape, shape.schema])),
    ...shownObject(entries),
  };
}

type Entry = readonly [name: string, shape: Shape<unknown>];

function objectSchema(fields: readonly (readonly [...Entry, schema: JsonSchema])[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, , schema]) => [name, schema])),
    required: fields.filter(([, shape]) => shape.optional !== true).map(([name]) => name),
    additionalProperties: false,
  };
}

/** The shown form of an object of which something is hidden, at any depth; empty when nothing is. */
function shownObject(entries: readonly Entry[]): Pick<Shape<unknown>, 'shown'> {
  if (!entries.some(([, shape]) => shape.hidden || shape.shown)) return {};
  const fields = entries.filter(([, shape]) => !shape.hidden);
  const of = (value: unknown) => {
    const values = value as Readonly<Record<string, unknown>>;
    const present = fields.filter(([name]) => values[name] !== undefined);
    return Object.fromEntries(present.map(([name, shape]) => [name, shownForm(shape).of(values[name])]));
  };
  return { shown: { of, schema: objectSchema(fields.map(([name, shape]) => [name, shape, shownForm(shape).schema])) } };
}
