import { encodeRecord, StoredEvent } from '../../embedded/record.js';
import { matcherOf } from './event-matcher.js';

const NOTHING = Buffer.alloc(0);

function event(stream: string, type: string): StoredEvent {
  const bytes = { id: '00000000-0000-4000-8000-000000000000', type, isJson: true, data: NOTHING, metadata: NOTHING };
  return new StoredEvent(0n, encodeRecord(bytes, { stream, revision: 0n, recordedAt: 0 }));
}

describe('a filter', () => {
  const added = event('application-17', 'ApplicationAdded');
  const system = event('$streams', '$metadata');

  it.each([
    ['stream', ['appl'], '', true],
    ['stream', ['applications'], '', false],
    ['type', ['X', 'Application'], '', true],
    ['type', ['application'], '', false],
  ] as const)('by %s takes what begins with one of %j', (of, prefixes, regex, taken) => {
    expect(matcherOf(of, prefixes, regex)(added)).toBe(taken);
  });

  it.each([
    ['stream', '^application-\\d+$', true],
    ['stream', '17', true],
    ['stream', '^(account|invoice)-', false],
    ['type', '(?i)^APPLICATION', true],
    ['type', '\\AApplication(Added|Removed)\\z', true],
    ['type', '^[^\\$].*', true],
  ] as const)('by %s takes what matches %s', (of, regex, taken) => {
    expect(matcherOf(of, [], regex)(added)).toBe(taken);
  });

  it("leaves out system events with the expression that EventStoreDB's clients send for it", () => {
    expect(matcherOf('type', [], '^[^\\$].*')(system)).toBe(false);
  });

  it.each([
    ['nothing at all', '', /neither prefixes nor a regular expression/],
    ['what is no expression', '(', /cannot be used: .*missing closing/],
    ['look-around, which RE2 does not have', '^(?!\\$)', /without look-around and references$/],
    ['what is too long', 'x'.repeat(4_097), /at most 4096 characters \(got 4097\)/],
  ])('is refused with %s', (_, regex, says) => {
    expect(() => matcherOf('stream', [], regex)).toThrow(RangeError);
    expect(() => matcherOf('stream', [], regex)).toThrow(says);
  });

  it('keeps its error short', () => {
    expect(() => matcherOf('stream', [], '('.repeat(4_000))).toThrow(/^.{0,400}$/);
  });

  it('answers at once, whatever the expression', () => {
    const matches = matcherOf('stream', [], '^(([a-zA-Z0-9_-])+.?)+!$');
    expect(matches(event('a'.repeat(1_000), 'T'))).toBe(false);
  });
});
