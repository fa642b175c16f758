import fc from 'fast-check';
import { compileExpression } from './dotnet-expression.js';
import { ExpressionNotSupportedError, ExpressionSyntaxError, StepsExhaustedError } from './expression-errors.js';

const STEPS = 200_000;

/** Expressions with the same meaning in .NET and JavaScript: no captures, Unicode classes or newlines. */
const { expression } = fc.letrec<{ expression: string; atom: string; quantified: string }>((tie) => ({
  expression: fc
    .array(fc.array(tie('quantified'), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((branches) => branches.map((parts) => parts.join('')).join('|')),
  quantified: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}'))
    .map(([atom, quantifier]) => atom + quantifier),
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '(?:^)', '(?:$)'),
    tie('expression').map((inner) => `(?:${inner})`),
    tie('expression').map((inner) => `(?:(?=${inner}))`),
    tie('expression').map((inner) => `(?:(?!${inner}))`),
    tie('expression').map((inner) => `(?:(?<=${inner}))`),
    tie('expression').map((inner) => `(?:(?<!${inner}))`),
  ),
}));

/** undefined: the steps were used up. */
function decided(expression: ReturnType<typeof compileExpression>, text: string): boolean | undefined {
  try {
    return expression.matches(text, { left: STEPS });
  } catch (error) {
    if (error instanceof StepsExhaustedError) return undefined;
    throw error;
  }
}

describe('an expression with the same meaning in .NET and JavaScript', () => {
  it('matches as in JavaScript', () => {
    fc.assert(
      fc.property(expression, fc.array(fc.stringMatching(/^[abc]{0,6}$/), { maxLength: 8 }), (source, texts) => {
        const ours = compileExpression(source);
        const theirs = new RegExp(source);
        for (const text of texts)
          expect([text, decided(ours, text) ?? theirs.test(text)]).toEqual([text, theirs.test(text)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('any text', () => {
  it('is compiled and matched within the step limit, or refused with a known error', () => {
    const pieces = [
      '(',
      ')',
      '(?',
      '(?<',
      '(?(',
      '[',
      ']',
      '{',
      '}',
      '2',
      ',',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      '-',
      ':',
    ];
    const more = ['.', '=', '!', '>', "'", '#', 'a', 'i', 'k', 'p', 'u', 'x', 'é', '1', ' ', '\ud83d'];
    const text = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.string({ maxLength: 20 }), (source, name) => {
        try {
          compileExpression(source).matches(name, { left: STEPS });
        } catch (error) {
          const known = [ExpressionSyntaxError, ExpressionNotSupportedError, StepsExhaustedError];
          expect(known.some((kind) => error instanceof kind)).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
