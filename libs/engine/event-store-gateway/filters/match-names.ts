import { compileExpression } from './expression/dotnet-expression.js';
import { StepsExhaustedError } from './expression/expression-errors.js';
import { MAX_STEPS_IN_WORKER } from './filter-limits.js';

/** What the worker is asked: which of the names the expression matches. */
export interface MatchRequest {
  readonly expression: string;
  readonly names: readonly string[];
}

/** One answer for each name; undefined: it took too many steps. */
export type MatchAnswer = readonly boolean[] | undefined;

/** Matches the names of a page, within the steps that a page has. */
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
