import { aggregateOf, eventWords, publicEvents } from './public-events.js';

it.each([
  ['ApplicationAdded', 'Application added'],
  ['ApiSecretChanged', 'API secret changed'],
  ['ApplicationKeyRemoved', 'Application key removed'],
] as const)('%s is %j in words', (type, words) => {
  expect(eventWords(type)).toBe(words);
});

it('public events are found by their public names, and internal ones not at all', () => {
  expect(publicEvents.get('project.application.oidc.key.added')).toBe('ApplicationKeyAdded');
  expect([...publicEvents.values()]).not.toContain('NameReserved');
});

it('a stream belongs to an application, to a project, or to nothing that is public', () => {
  expect(aggregateOf('application-7')).toEqual({ type: 'application', id: '7' });
  expect(aggregateOf('project-8')).toEqual({ type: 'project', id: '8' });
  expect(aggregateOf('applicationName-8-hash')).toBeUndefined();
});
