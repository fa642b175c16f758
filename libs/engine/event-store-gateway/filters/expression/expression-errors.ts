/** .NET does not take this expression either. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

/** .NET takes this expression; the gateway does not. The message names the construct or the limit. */
export class ExpressionNotSupportedError extends Error {
  override readonly name = 'ExpressionNotSupportedError';
}

/** The comparison took more steps than it was allowed. */
export class StepsExhaustedError extends Error {
  override readonly name = 'StepsExhaustedError';
}
