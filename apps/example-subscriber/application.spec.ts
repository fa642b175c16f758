import fc from 'fast-check';
import { type Application, learned } from './application.js';
import { type ApplicationEvent, UnprocessableEventError } from './application-event.js';
import { consumerOf } from './kong-consumer.js';

const NEW: Application = { application: '21' };

const event = (sequence: number, type: string, data: object = {}): ApplicationEvent => ({
  type: `project.application.${type}`,
  applicationId: '21',
  sequence,
  data: { appId: '21', ...data },
});
const added = event(1, 'added', { projectId: '11', name: 'Portal' });
const configured = event(2, 'config.api.added', { clientId: '31', authMethod: 'basic' });
const renamed = event(3, 'changed', { name: 'Gate' });
const deactivated = event(4, 'deactivated');
const reactivated = event(5, 'reactivated');
const other = event(6, 'config.api.secret.changed', { secretId: '1' });
const removed = event(7, 'removed');

const knownAfter = (...events: readonly ApplicationEvent[]) => events.reduce(learned, NEW);
const portal = {
  username: 'application-21',
  custom_id: '31',
  tags: ['appledger'],
  acls: [{ group: 'project-11' }],
  _comment: 'Portal',
};

describe('the consumer of an application', () => {
  it.each([
    ['nothing', [], undefined],
    ['an application without a client', [added], undefined],
    ['a client', [added, configured], portal],
    ['a new name', [added, configured, renamed], { ...portal, _comment: 'Gate' }],
    ['a deactivation', [added, configured, deactivated], undefined],
    ['a reactivation', [added, configured, deactivated, reactivated], portal],
    ['something else', [added, configured, other], portal],
    ['a removal', [added, configured, removed], undefined],
    ['what is late after a removal', [removed, added, configured], undefined],
  ])('after %s', (_, events, consumer) => {
    expect(consumerOf(knownAfter(...events))).toEqual(consumer);
  });

  it('does not depend on the order of the events, nor on repetitions', () => {
    const events = [added, configured, renamed, deactivated, reactivated, other, removed];
    const anyCount = fc.integer({ min: 0, max: events.length });
    fc.assert(
      fc.property(anyCount, fc.array(fc.nat({ max: 1_000 })), fc.infiniteStream(fc.nat()), (count, twice, keys) => {
        const happened = events.slice(0, count);
        const all = count === 0 ? [] : [...happened, ...twice.flatMap((index) => happened[index % count] ?? [])];
        const shuffled = all.map((each) => ({ each, key: keys.next().value })).toSorted((a, b) => a.key - b.key);
        expect(knownAfter(...shuffled.map(({ each }) => each))).toEqual(knownAfter(...happened));
      }),
    );
  });

  it('is known to be the same when an event arrives again', () => {
    const before = knownAfter(added, configured);
    expect(learned(before, configured)).toBe(before);
    expect(learned(before, other)).toBe(before);
  });

  it('cannot be made of an event that lacks what its type says', () => {
    const incomplete = event(2, 'config.api.added', { clientId: 7 });
    expect(() => knownAfter(added, incomplete)).toThrow(UnprocessableEventError);
    expect(() => knownAfter(added, incomplete)).toThrow('has no clientId');
  });
});
