import { compileExpression } from './dotnet-expression.js';
import { ExpressionNotSupportedError, ExpressionSyntaxError, StepsExhaustedError } from './expression-errors.js';

const ENOUGH_STEPS = 100_000;

/** Expected to return what .NET's Regex.IsMatch returns. */
function matches(expression: string, text: string): boolean {
  return compileExpression(expression).matches(text, { left: ENOUGH_STEPS });
}

/** An expression, texts that match, and texts that do not. */
type Case = readonly [expression: string, yes: readonly string[], no?: readonly string[]];

function itDecides(subject: string, cases: readonly Case[]): void {
  describe(subject, () => {
    it.each(cases.map((each) => [each[0], each] as const))('%j', (_, [expression, yes, no = []]) => {
      expect(yes.filter((text) => !matches(expression, text))).toEqual([]);
      expect(no.filter((text) => matches(expression, text))).toEqual([]);
    });
  });
}

describe('a .NET expression', () => {
  itDecides('matches anywhere in the text unless it is anchored', [
    ['', ['', 'a']],
    ['b', ['abc'], ['ac']],
    ['^b', ['bc'], ['abc', '\nb']],
    ['c$', ['abc', 'abc\n'], ['abcd', 'c\n\n', 'c\r\n']],
    ['\\Ab', ['b'], ['ab']],
    ['c\\Z', ['c', 'c\n'], ['c\n\n']],
    ['c\\z', ['c'], ['c\n']],
    ['\\Gb', ['b'], ['ab']],
    ['a|^b', ['xa', 'b'], ['xb']],
    ['|x', ['', 'y']],
  ]);

  itDecides('matches UTF-16 code units, as in .NET', [
    ['^.$', ['a', '\r', '\u2028', 'ü'], ['\n', '😀']],
    ['^..$', ['😀']],
    ['^\\ud83d.$', ['😀']],
    ['^[\\ud83d]', ['😀']],
    ['^\\p{Cs}{2}$', ['😀']],
    ['^[^x]$', ['\n', 'ä'], ['😀', 'x']],
    ['(?s)^.$', ['\n']],
  ]);

  itDecides('has Unicode character classes', [
    ['^\\w$', ['a', '_', 'ü', 'я', '٣', '\u0301', '‿'], ['-', ' ', '\u0903', '½', '\u200d', '€']],
    ['^\\W$', ['-', '\u0903'], ['ü']],
    ['^\\d$', ['1', '٣', '９'], ['a', '½', 'Ⅷ', '²']],
    ['^\\D$', ['²'], ['٣']],
    [
      '^\\s$',
      [' ', '\t', '\v', '\f', '\u0085', '\u00a0', '\u2028', '\u3000'],
      ['\ufeff', '\u200b', '\u180e', '\u001f'],
    ],
    ['^\\S$', ['\ufeff', '\u0000', '\u001f', '\u0084', '\u0086', 'a'], ['\u0085', ' ', '\n', '\u00a0']],
    ['^[\\s\\S]$', ['\n', 'a', '\u0085']],
    ['^[^\\s]$', ['a'], ['\u0085']],
    ['^\\p{L}$', ['ü', 'я'], ['1']],
    ['^\\P{L}$', ['1'], ['ü']],
    ['^\\p{Lu}$', ['Ü'], ['ü']],
    ['^\\p{IsGreek}$', ['λ'], ['l']],
    ['^\\P{IsGreek}$', ['l'], ['λ']],
    ['^\\p{IsCombiningDiacriticalMarksforSymbols}$', ['\u20d0']],
    ['^[\\p{IsCyrillic}\\d-]+$', ['я-1'], ['z']],
    ['a\\b', ['a', 'a-'], ['aü', 'a\u200d']],
    ['\\bü\\b', ['-ü-'], ['aüa']],
    ['^a\\Bü', ['aü']],
  ]);

  itDecides('has bracketed character classes', [
    ['^[]a]$', [']', 'a'], ['b']],
    ['^[^]a]$', ['b'], [']', 'a']],
    ['^[a\\]]$', [']']],
    ['^[a\\-z]$', ['a', '-', 'z'], ['b']],
    ['^[a-]$', ['a', '-']],
    ['^[-a]$', ['a', '-']],
    ['^[\\w-.]$', ['-', '.', 'a']],
    ['^[a-c-e]$', ['b', '-', 'e'], ['d']],
    ['^[[a]$', ['[', 'a']],
    ['^[[:alpha:]]$', [':]', 'a]', '[]'], ['a', 'z]']],
    ['^[\\b]$', ['\b']],
    ['^[\\x41-\\u0043\\103]$', ['A', 'B', 'C'], ['D']],
    ['^[.$*]$', ['.', '$', '*'], ['a']],
    ['^[a-z-[b]]$', ['a', 'c'], ['b', '-', ']']],
    ['^[a-z-[aeiou-[e]]]$', ['b', 'e'], ['a', 'i']],
    ['^[^a-[^b]]$', ['b'], ['a', 'c']],
    ['^[\\w-[\\d]]$', ['a'], ['1']],
    ['^[a-[b]]$', ['a'], ['b', '-']],
    ['^[-[a]]$', ['-]', '[]', 'a]'], ['-']],
  ]);

  itDecides('has character escapes', [
    ['^\\t\\n\\r\\f\\v\\a\\e$', ['\t\n\r\f\v\u0007\u001b']],
    ['^\\x41\\u00fc$', ['Aü']],
    ['^\\101\\0\\060$', ['A\u00000']],
    ['^\\777$', ['\u00ff']],
    ['^\\cA\\ca\\c[$', ['\u0001\u0001\u001b']],
    ['^\\.\\-\\ \\"\\/\\<$', ['.- "/<']],
    ['^(a)\\10$', ['a\b'], ['aa0']],
    ['^]}$', [']}']],
  ]);

  itDecides('has quantifiers', [
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'aaa'], ['a']],
    ['^a{1,2}?$', ['a', 'aa'], ['aaa']],
    ['^a{,2}$', ['a{,2}'], ['a']],
    ['^a{$', ['a{']],
    ['^a{1$', ['a{1']],
    ['^{$', ['{']],
    ['^a{x}$', ['a{x}']],
    ['^(ab){2,3}$', ['abab', 'ababab'], ['ab', 'abababab']],
    ['^(?:a*)*b$', ['b', 'aab'], ['aa']],
    ['^(a|ab)(c|bcd)(d*)$', ['abcd', 'acd']],
    ['^a*?b*?$', ['aabb'], ['aba']],
    ['^(?:a?){3}$', ['', 'aaa'], ['aaaa']],
    ['^(|a)+$', ['', 'a', 'aa'], ['b']],
    ['^(|a)+?$', ['', 'a', 'aa'], ['b']],
    ['^(?:a|)*b', ['aab']],
    ['^x{0}y$', ['y'], ['xy']],
    ['^(?:^)*a', ['a']],
  ]);

  itDecides('has capturing groups and backreferences', [
    ['^(a|b)\\1$', ['aa', 'bb'], ['ab']],
    ['^(?<x>a|b)\\k<x>$', ['aa'], ['ab']],
    ["^(?'x'a|b)\\k'x'\\<x>$", ['aaa'], ['aab']],
    ['^(?<x>a)(b)\\1\\2$', ['abba'], ['abab']],
    ['^(?<2>a)(b)\\1\\2$', ['abba']],
    ['^(?<10>a)\\10$', ['aa']],
    ['(a)?\\1$', ['aa'], ['b', '']],
    ['^(?:(a)|b)*\\1$', ['aba', 'aa'], ['b']],
    ['^(?:(a)|(b)|c)+\\1\\2$', ['abcab'], ['acab']],
    ['^(a\\1)$', [], ['a', 'aa']],
    ['^(?n)(a)(?<y>b)\\1$', ['abb']],
    ['(?i)^(ä)\\1$', ['äÄ', 'Ää']],
    ['^(ä)\\1$', ['ää'], ['äÄ']],
    ['^(ab)(?i)\\1$', ['abAB'], ['ABab']],
  ]);

  itDecides('has lookarounds', [
    ['^(?!(\\$.+$|PersistentConfig\\d+$))', ['orders', 'PersistentConfigX', '$'], ['$ce', 'PersistentConfig1']],
    ['^(?=.*\\d)\\w+$', ['a1'], ['a', '1-']],
    ['a(?=b)b', ['ab'], ['ac']],
    ['a(?!b)', ['ac', 'a'], ['ab']],
    ['(?<=a)b', ['ab'], ['b', 'cb']],
    ['(?<!a)b', ['b', 'cb'], ['ab']],
    ['(?<=^|-)x', ['x', 'a-x'], ['ax']],
    ['(?<=(\\d+)-)x\\1', ['12-x12'], ['12-x2']],
    ['(?<=(a)(b\\1))c', [], ['abac']],
    ['(?<=\\2(a)(b))c', ['babc'], ['aabc']],
    ['(?<=(a|b)+)c', ['abc'], ['c']],
    ['(?<=a{2,}?)b', ['aab'], ['ab']],
    ['^(?=(a+))a*b\\1', [], ['aaba']],
    ['(?=(a))\\1', ['a']],
    ['(?!(a)b)\\1', [], ['aa', 'x']],
    ['(?<=(?=ab)a)b', ['ab'], ['ac']],
    ['^.*(?<!-b)$', ['x-a', 'x-a\n'], ['x-b', 'x-b\n']],
  ]);

  itDecides('has atomic groups and conditionals', [
    ['^(?>a*)b', ['aab'], ['aa']],
    ['^(?>a*)ab', [], ['aab']],
    ['^(?>a|ab)c', ['ac'], ['abc']],
    ['^(?:(?>a+)|b)*c$', ['aabac'], ['aab']],
    ['^(a)?(?(1)b|c)$', ['ab', 'c'], ['ac', 'b']],
    ['^(?<q>")?x(?(q)")$', ['x', '"x"'], ['"x', 'x"']],
    ['^(?(?=a)ab|cd)$', ['ab', 'cd'], ['ad', 'cb']],
    ['^(?(a)ab|cd)$', ['ab', 'cd'], ['ad']],
    ['^(?(nogroup)nogroup!|b)$', ['nogroup!', 'b']],
    ['^(?(?<!x)a|b)$', ['a'], ['b']],
    ['^(a)?(?(1)|b)$', ['a', 'b'], ['']],
    ['^(?(0)a|b)$', ['b'], ['a']],
  ]);

  itDecides('ignores case as the invariant culture does', [
    ['(?i)^order$', ['ORDER', 'oRdEr']],
    ['^(?i)k$', ['K', '\u212a'], ['x']],
    ['(?i)^\u212a$', ['k', 'K']],
    ['(?i)^i$', ['I'], ['ı', 'İ']],
    ['(?i)^ı$', ['ı'], ['i', 'I']],
    ['(?i)^ß$', ['ß', 'ẞ'], ['ss', 'SS']],
    ['(?i)^σ$', ['Σ'], ['ς']],
    ['(?i)^[a-z]$', ['K', '\u212a'], ['ı', 'İ']],
    ['(?i)^[^a]$', ['b'], ['A', 'a']],
    ['(?i)^[A-Z-[K]]$', ['a'], ['k', 'K']],
    ['(?i)^\\p{Lu}$', ['a', 'A', 'ǅ'], ['1']],
    ['^(?i:a)b$', ['Ab'], ['AB']],
    ['^a(?i)b|c$', ['aB', 'C'], ['AB']],
    ['^(a(?i)b)c$', ['aBc'], ['aBC']],
    ['(?i)^(?-i)a$', ['a'], ['A']],
    ['(?I)^a$', ['A']],
  ]);

  itDecides('has inline options and comments', [
    ['(?m)^b$', ['a\nb\nc', 'b'], ['ab']],
    ['(?x) ^ a b # c\n c $', ['abc'], ['a b']],
    ['(?x)^a[ ]b\\ c$', ['a b c']],
    ['(?x: a )b c', ['ab c'], ['abc']],
    ['(?x)^a + ?b', ['aab']],
    ['^a(?#note)b(?#)*$', ['a', 'abb']],
    ['^(?s-m:.)$', ['\n']],
    ['(?i-i+i)^a$', ['A']],
    ['#', ['#']],
  ]);

  it.each([
    ...[
      '(',
      ')',
      'a)',
      '(a',
      '[',
      '[a',
      '[]',
      '[^]',
      '*',
      '+a',
      '?',
      'a**',
      'a*+',
      'a++',
      'a{2}{3}',
      'a???',
      '^*+',
      '(*a)',
    ],
    ...[
      '\\',
      'a\\',
      '\\1',
      '(a)\\2',
      '\\9',
      '\\80',
      '\\k',
      '\\k<',
      '\\k<x>',
      '\\k{x}',
      '\\<x>',
      '\\x4',
      '\\u00f',
      '\\c',
      '\\c1',
    ],
    ...[
      '\\_',
      '\\i',
      '\\ü',
      '\\pL',
      '\\p{',
      '\\p{Foo}',
      '\\p{Is Greek}',
      '\\P{Isgreek}',
      '\\Q',
      '\\h',
      '\\R',
      '\\X',
      '\\g1',
    ],
    ...[
      '[b-a]',
      '[a-\\d]',
      '[a-z-[b]c]',
      '[\\d-\\',
      '[a-\\p{L}]',
      'a{3,2}',
      'a{99999999999}',
      '(?',
      '(?)',
      '(?a)',
      '(?P<x>a)',
    ],
    ...[
      '(?<>a)',
      '(?<x',
      '(?<x a)',
      '(?<1x>a)',
      '(?<0>a)',
      "(?'x>a)",
      '(?<+>a)',
      '(?#',
      '(?r)',
      '(?i',
      '(?|a)',
      '(?R)',
      '(?1)',
    ],
    ...['(?(1)a)', '(?(1a)b)', '(?(a)b|c|d)', '(?(?#x)a)', '(?(?<n>x)a)', '(?(?i)a)', '(?(', '(?(a', 'x|*', '(|*)'],
  ])('is not valid: %j', (expression) => {
    expect(() => compileExpression(expression)).toThrow(ExpressionSyntaxError);
  });

  it.each([
    ['(?<a>x)(?<b-a>y)', /balancing groups/],
    ['(?<a>x)(?<-a>y)', /balancing groups/],
    ["(?<a>x)(?'-a'y)", /balancing groups/],
    ['('.repeat(300) + ')'.repeat(300), /more than 250 levels deep/],
    ['[a-'.repeat(20), /class subtractions/],
  ])('is not supported, though valid in .NET: %j', (expression, says) => {
    expect(() => compileExpression(expression)).toThrow(ExpressionNotSupportedError);
    expect(() => compileExpression(expression)).toThrow(says);
  });

  it.each([
    ['(a*)*b', 'a'.repeat(30)],
    ['(a|a)*b', 'a'.repeat(40)],
    ['^(([a-zA-Z0-9_-])+.?)+!$', 'a'.repeat(40)],
    ['^(?=(a+)+$)(?=(a+)+b)', 'a'.repeat(40)],
    ['^(a+)+\\1b', 'a'.repeat(60)],
    ['(?<!b(a+)+)$c', 'a'.repeat(40)],
    ['(.?){1000}'.repeat(200), 'application-17'],
    ['((((.?){999}){999}){999}){999}x', 'a'],
  ])('aborts when its steps are used up: %j', (expression, text) => {
    expect(() => compileExpression(expression).matches(text, { left: ENOUGH_STEPS })).toThrow(StepsExhaustedError);
  });

  it('can be reused for further texts', () => {
    const expression = compileExpression('^(?:(a)|b)(?(1)x|y)$');
    const answers = ['ax', 'bx', 'by', 'ay', 'ax'].map((text) => expression.matches(text, { left: ENOUGH_STEPS }));
    expect(answers).toEqual([true, false, true, false, true]);
  });
});
