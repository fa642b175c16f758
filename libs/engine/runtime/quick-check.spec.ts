import { ArrayMaxSize, IsIn, IsOptional, IsString, Length, ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { quickCheckOf } from './quick-check.js';

class Inner {
  @Length(1, 3)
  text: unknown;
}

class Plain {
  @IsString()
  @Length(1, 3)
  text: unknown;

  @IsIn([1, 2])
  number: unknown;

  @ValidateNested()
  inner: unknown;
}

class Unruled {
  text: unknown;
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
  @IsIn([true])
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

describe('the quick check', () => {
  it.each([Plain, Unruled, Conditional, Listing, Inheriting])('never accepts what validateSync refuses: %p', (type) => {
    fc.assert(
      fc.property(fields, (values) => {
        const subject = Object.assign(new type(), values);
        const faults = validateSync(subject, { stopAtFirstError: true, forbidUnknownValues: false });
        if (faults.length > 0) expect(quickCheckOf(subject)(subject)).toBe(false);
      }),
    );
  });

  it('accepts valid values of a class with plain rules only', () => {
    const inner = Object.assign(new Inner(), { text: 'abc' });
    const right = Object.assign(new Inheriting(), { text: 'abc', number: 2, inner, flag: true });
    expect(quickCheckOf(right)(right)).toBe(true);
    expect(quickCheckOf(new Unruled())(new Unruled())).toBe(true);
  });

  it('leaves conditions and rules for list items to class-validator', () => {
    const conditional = Object.assign(new Conditional(), { text: 'abc' });
    expect(quickCheckOf(conditional)(conditional)).toBe(false);
    const listing = Object.assign(new Listing(), { list: ['abc'] });
    expect(quickCheckOf(listing)(listing)).toBe(false);
  });
});
