import fc from 'fast-check';
import { CompletedPositions, type OpenEvent } from './completed-positions.js';

const steps = fc.array(fc.oneof(fc.constant('add'), fc.constant('pass'), fc.nat()), { maxLength: 200 });

describe('completed positions', () => {
  it('go up to the first event that is not settled, in whatever order events settle', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const completed = new CompletedPositions(9n);
        const open: OpenEvent[] = [];
        let passed = 9n;
        for (const [index, step] of all.entries()) {
          const position = 10n + BigInt(index);
          if (step === 'pass') passed = position;
          if (step === 'pass') completed.passed(position);
          else if (step === 'add') open.push(completed.add(position));
          else for (const event of open.splice(Number(step) % Math.max(1, open.length), 1)) completed.settle(event);
          const first = open.toSorted((a, b) => Number(a.position - b.position))[0];
          expect(completed.open).toBe(open.length);
          if (first === undefined) expect(completed.position).toBeGreaterThanOrEqual(passed);
          else expect(completed.position).toBeLessThan(first.position);
        }
        for (const event of open) completed.settle(event);
        expect(completed).toMatchObject({ open: 0, kept: 0 });
      }),
    );
  });
});
