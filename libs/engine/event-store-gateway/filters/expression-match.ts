import { compileExpression } from './expression/dotnet-expression.js';
import { StepsExhaustedError } from './expression/expression-errors.js';
import { MAX_STEPS_IN_WORKER } from './filter-limits.js';

/** A request to the worker: which of the names match the expression? */
export interface MatchRequest {
  readonly expression: string;
  readonly names: readonly string[];
}

/** One result per name; undefined if the page took too many steps. */
export type MatchAnswer = readonly boolean[] | undefined;

/** Matches the names of a page, within the step limit of the worker. */
export function matchNames({ expression, names }: MatchRequest): MatchAnswer {
  const machine = compileExpression(expression);
  const steps = { left: MAX_STEPS_IN_WORKER };
  try {
    return names.map((name) => machine.matches(name, steps));
  } catch (error) {
    if (error instanceof StepsExhaustedError) return undefined;
    throw error;
  }
}
