/** A number as a body wrote it, kept as text where a JavaScript number might not be exactly what was written. */
export class NumberText {
  constructor(readonly text: string) {}

  /** The nearest JavaScript number. */
  toNumber(): number {
    return Number(this.text);
  }
}

/** What a body's JSON holds. */
export type Json = null | boolean | number | string | NumberText | readonly Json[] | JsonMap;

/** A JSON object. */
export interface JsonMap {
  [name: string]: Json;
}

/** Says whether a JSON value is an object: not a list, not null, not a number that is kept as text. */
export function isJsonObject(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

/** A number as JavaScript has it; any other value as it is. */
export function withPlainNumber(value: Json): Json {
  return value instanceof NumberText ? value.toNumber() : value;
}
