import { type ApplicationEvent, textIn } from './application-event.js';

/** What an event has said, and the sequence of that event. */
interface Fact<T> {
  readonly value: T;
  readonly sequence: number;
}

/** What is known of an application. A removed one stays known, so that a late event does not bring it back. */
export interface Application {
  readonly application: string;
  readonly removed?: true;
  readonly project?: Fact<string>;
  readonly name?: Fact<string>;
  readonly clientId?: Fact<string>;
  readonly active?: Fact<boolean>;
}

/** The facts that an event states. */
type Facts = Partial<Record<'project' | 'name' | 'clientId', string>> & { readonly active?: boolean };

/** What the types say that this subscriber handles; it ignores all others. */
const statements: Readonly<Record<string, (event: ApplicationEvent) => Facts | 'removed'>> = {
  'project.application.added': (event) => ({
    project: textIn(event, 'projectId'),
    name: textIn(event, 'name'),
    active: true,
  }),
  'project.application.config.api.added': (event) => ({ clientId: textIn(event, 'clientId') }),
  'project.application.changed': (event) => ({ name: textIn(event, 'name') }),
  'project.application.deactivated': () => ({ active: false }),
  'project.application.reactivated': () => ({ active: true }),
  'project.application.removed': () => 'removed',
};

/** The types of events that this subscriber handles. */
export const HANDLED_TYPES = Object.keys(statements);

/**
 * What is known after an event. The result does not depend on the order of the events, nor on repetitions: each fact is
 * that of the event with the highest sequence, and a removal is final.
 *
 * @returns the same object when the event says nothing new
 * @throws UnprocessableEventError the event lacks what its type says
 */
export function learned(known: Application, event: ApplicationEvent): Application {
  const stated = Object.hasOwn(statements, event.type) ? statements[event.type]?.(event) : undefined;
  if (stated === undefined || known.removed) return known;
  if (stated === 'removed') return { application: known.application, removed: true };
  const newer = Object.entries(stated)
    .filter(([fact]) => (known[fact as keyof Facts]?.sequence ?? 0) < event.sequence)
    .map(([fact, value]) => [fact, { value, sequence: event.sequence }]);
  return newer.length === 0 ? known : { ...known, ...Object.fromEntries(newer) };
}
