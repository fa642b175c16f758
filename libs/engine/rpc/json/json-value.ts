/** A number in its original text, kept where a JavaScript number might not represent it exactly. */
export class NumberText {
  constructor(readonly text: string) {}

  /** The nearest JavaScript number. */
  toNumber(): number {
    return Number(this.text);
  }
}

/** A JSON value of a body. */
export type Json = null | boolean | number | string | NumberText | readonly Json[] | JsonMap;

/** A JSON object. */
export interface JsonMap {
  [name: string]: Json;
}

/** Says whether a JSON value is an object: not a list, not null, not a number that is kept as text. */
export function isJsonObject(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

/** Converts a number that is kept as text to a JavaScript number; returns any other value unchanged. */
export function withPlainNumber(value: Json): Json {
  return value instanceof NumberText ? value.toNumber() : value;
}
