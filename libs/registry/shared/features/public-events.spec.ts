import { features } from '#libs/registry/features.js';
import { eventWords } from './public-events.js';

const { aggregateOf, nameOf, types } = features.publicEvents;

it.each([
  ['ApplicationAdded', 'Application added'],
  ['ApiSecretChanged', 'API secret changed'],
  ['ApplicationKeyRemoved', 'Application key removed'],
])('%s is %j in words', (type, words) => {
  expect(eventWords(type)).toBe(words);
});

it('public events are found by their public names, and internal ones are not', () => {
  expect(types.get('project.application.oidc.key.added')).toBe('ApplicationKeyAdded');
  expect([...types.values()]).not.toContain('NameReserved');
  expect(nameOf('NameReserved')).toBeUndefined();
});

it('a stream belongs to an application, to a project, or to no public aggregate', () => {
  expect(aggregateOf('application-7')).toEqual({ type: 'application', id: '7' });
  expect(aggregateOf('project-8')).toEqual({ type: 'project', id: '8' });
  expect(aggregateOf('applicationName-8-hash')).toBeUndefined();
});
