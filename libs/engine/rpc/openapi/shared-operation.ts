import type { Schema } from './json-schema.js';

/**
 * Merges two calls on one path into one operation: a call with one answer, and a streaming call for requests that
 * accept server-sent events. The operation has the parameters of both.
 */
export function sharedOperation(first: Schema, second: Schema): Schema {
  const [unary, stream] = 'text/event-stream' in contentOf(first) ? [second, first] : [first, second];
  const parameters = [...parametersOf(unary), ...parametersOf(stream)];
  const { 200: ok, ...errors } = unary.responses as Readonly<Record<string, Schema>>;
  return {
    ...unary,
    summary: `${unary.summary}; with \`accept: text/event-stream\`: ${stream.summary}`,
    parameters: parameters.filter((parameter, index) => parameters.findIndex(isSame(parameter)) === index),
    responses: { 200: { ...ok, content: { ...contentOf(unary), ...contentOf(stream) } }, ...errors },
  };
}

/** Says whether two parameters have the same place and name, or are the same component. */
function isSame(one: Schema) {
  return (other: Schema) => one.in === other.in && one.name === other.name && one.$ref === other.$ref;
}

function parametersOf({ parameters }: Schema): readonly Schema[] {
  return parameters as readonly Schema[];
}

function contentOf({ responses }: Schema): Schema {
  return (responses as Readonly<Record<string, Schema>>)[200]?.content as Schema;
}
