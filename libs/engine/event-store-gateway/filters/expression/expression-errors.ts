/** The expression is not valid in .NET. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

/** The expression is valid in .NET, but not supported here. The message names the construct or the limit. */
export class ExpressionNotSupportedError extends Error {
  override readonly name = 'ExpressionNotSupportedError';
}

/** Matching took more steps than allowed. */
export class StepsExhaustedError extends Error {
  override readonly name = 'StepsExhaustedError';
}
