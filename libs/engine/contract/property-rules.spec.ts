import { ArrayMaxSize, IsIn, IsOptional, Length, validateSync } from 'class-validator';
import fc from 'fast-check';
import { keepsRules, NestedRules, PropertyRule } from './property-rules.js';

const oneToThree = (value: unknown) =>
  typeof value === 'string' && value.length >= 1 && value.length <= 3 ? undefined : 'must have 1 to 3 characters';
const isString = (value: unknown) => (typeof value === 'string' ? undefined : 'must be a string');
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value) ? undefined : `must be one of ${values}`;

class Inner {
  @PropertyRule('length', oneToThree)
  text: unknown;
}

class Plain {
  @PropertyRule('string', isString)
  @PropertyRule('length', oneToThree)
  text: unknown;

  @PropertyRule('in', oneOf(1, 2))
  number: unknown;

  @NestedRules()
  inner: unknown;
}

class Unruled {
  text: unknown;
}

class Mixed extends Plain {
  @IsIn([true])
  flag: unknown;
}

class Conditional {
  @IsOptional()
  @Length(1, 3)
  text: unknown;
}

class Listing {
  @ArrayMaxSize(2)
  @Length(1, 3, { each: true })
  list: unknown;
}

class Inheriting extends Plain {
  @PropertyRule('in', oneOf(true))
  flag: unknown;
}

const text = fc.constantFrom('a', 'abc', '', 'abcd', undefined, null, 7);
const inner = fc.oneof(
  fc.record({ text }).map((fields) => Object.assign(new Inner(), fields)),
  fc.constantFrom<unknown>(undefined, null, 'a', [], [Object.assign(new Inner(), { text: '' })], new Unruled()),
);
const fields = fc.record({
  text,
  number: fc.constantFrom(1, 2, 3, '1'),
  flag: fc.constantFrom(true, false),
  list: fc.array(text, { maxLength: 3 }),
  inner,
});

describe('the check of declared rules', () => {
  it.each([Plain, Unruled, Conditional, Listing, Inheriting, Mixed])(
    'never accepts what validateSync refuses: %p',
    (type) => {
      fc.assert(
        fc.property(fields, (values) => {
          const subject = Object.assign(new type(), values);
          const faults = validateSync(subject, { stopAtFirstError: true, forbidUnknownValues: false });
          if (faults.length > 0) expect(keepsRules(subject)).toBe(false);
        }),
      );
    },
  );

  it('accepts valid values of a class with plain rules only', () => {
    const inner = Object.assign(new Inner(), { text: 'abc' });
    const right = Object.assign(new Inheriting(), { text: 'abc', number: 2, inner, flag: true });
    expect(keepsRules(right)).toBe(true);
    expect(keepsRules(new Unruled())).toBe(true);
  });

  it('leaves rules of other decorators to class-validator', () => {
    const conditional = Object.assign(new Conditional(), { text: 'abc' });
    expect(keepsRules(conditional)).toBe(false);
    const mixed = Object.assign(new Mixed(), { text: 'abc', number: 2, flag: true });
    expect(keepsRules(mixed)).toBe(false);
    const listing = Object.assign(new Listing(), { list: ['abc'] });
    expect(keepsRules(listing)).toBe(false);
  });
});
