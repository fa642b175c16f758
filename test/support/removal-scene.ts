import { APIAuthMethodType } from '@zitadel/proto/zitadel/app_pb.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { EventStore, StreamAppend } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { idGenerator } from '#libs/engine/kernel/ids.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { ApplicationCommand } from '#libs/registry/applications/application.decide.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { CreateApiAppCommand } from '#libs/registry/applications/commands/create-api-app/create-api-app.command.js';
import { CreateApiAppHandler } from '#libs/registry/applications/commands/create-api-app/create-api-app.handler.js';
import { Applications } from '#libs/registry/applications/commands/support/applications.js';
import { features } from '#libs/registry/features.js';
import { NameReservations } from '#libs/registry/names/name-reservations.js';
import { Projects } from '#libs/registry/projects/commands/support/projects.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { context } from './creator.js';

const nextId = idGenerator(systemClock, 7);

/** A process with caches of its own. */
export class Process {
  readonly repository: Repository;
  readonly projects: Projects;
  readonly applications: Applications;
  readonly create: CreateApiAppHandler;

  constructor(store: EventStore, codec: EventCodec = features.codec) {
    this.repository = new Repository(store, codec, new Watermark());
    const names = new NameReservations(this.repository, systemClock);
    const executor = new CommandExecutor(this.repository, systemClock);
    this.projects = new Projects(this.repository, names, executor);
    this.applications = new Applications(this.repository, names, executor);
    this.create = new CreateApiAppHandler(this.repository, this.applications, executor, nextId);
  }

  append(stream: string, ...events: readonly AnyEvent[]) {
    return this.repository.append({ stream, events, expected: 'noStream' }, context, systemClock());
  }

  removeProject(projectId: string) {
    return this.projects.change({ type: 'RemoveProject', projectId }, context);
  }
}

/** Calls `step` before each step that a process takes in the store. */
export function stepped(store: EventStore, step: () => Promise<void>): EventStore {
  const followed: Pick<EventStore, 'checksOtherStreams' | 'readStream' | 'appendInOrder'> = {
    checksOtherStreams: store.checksOtherStreams,
    async *readStream(...request) {
      await step();
      yield* store.readStream(...request);
    },
    async appendInOrder(appends: readonly StreamAppend[]) {
      if (store.checksOtherStreams) {
        await step();
        return store.appendInOrder(appends);
      }
      const results = [];
      for (const append of appends) {
        await step();
        results.push(...(await store.appendInOrder([append])));
      }
      return results;
    },
  };
  return followed as EventStore;
}

/** A project with one application, made anew for each case. */
export interface Scene {
  readonly projectId: string;
  readonly appId: string;
}

export async function scene(store: EventStore, before: readonly AnyEvent['type'][]): Promise<Scene> {
  const [projectId, appId] = [nextId(), nextId()];
  const maker = new Process(store);
  await maker.append(projectStream(projectId), {
    type: 'ProjectAdded',
    data: {
      projectId,
      name: projectId,
      projectRoleAssertion: false,
      projectRoleCheck: false,
      hasProjectCheck: false,
      privateLabelingSetting: 'unspecified',
    },
  });
  const authMethod = before.includes('ApplicationKeyAdded') ? 'privateKeyJwt' : 'basic';
  const events: Partial<Record<AnyEvent['type'], AnyEvent>> = {
    ApplicationAdded: { type: 'ApplicationAdded', data: { appId, projectId, name: 'Portal' } },
    ApiConfigAdded: { type: 'ApiConfigAdded', data: { appId, clientId: `c${appId}`, authMethod } },
    ApplicationDeactivated: { type: 'ApplicationDeactivated', data: { appId } },
    ApplicationKeyAdded: {
      type: 'ApplicationKeyAdded',
      data: { ...keyOf(appId), projectId, clientId: `c${appId}`, expirationDate: '9999-12-31T23:59:59.000Z' },
    },
  };
  const types = ['ApplicationAdded', 'ApiConfigAdded', ...before] as const;
  await maker.append(applicationStream(appId), ...types.flatMap((type) => events[type] ?? []));
  return { projectId, appId };
}

const keyOf = (appId: string) => ({ appId, keyId: '5', keyType: 'json' as const, publicKey: 'PEM' });

/** A command, what the application must have before it, and the refusal of one that comes too late. */
export interface Case {
  readonly before?: readonly AnyEvent['type'][];
  readonly refusal: string;
  /** The process has seen the project before. */
  readonly known?: 'lately' | 'for long';
  readonly command?: (appId: string) => ApplicationCommand;
}

export const cases: Readonly<Record<string, Case>> = {
  create: { refusal: 'COMMAND-EbFMN' },
  'create in a project that it has known for long': { refusal: 'COMMAND-EbFMN', known: 'for long' },
  'create in a project that it has seen lately': { refusal: 'COMMAND-EbFMN', known: 'lately' },
  rename: { refusal: 'COMMAND-28di9', command: (appId) => ({ type: 'UpdateApp', appId, name: 'Shop' }) },
  configure: {
    refusal: 'COMMAND-2n8uU',
    command: (appId) => ({ type: 'UpdateApiAppConfig', appId, authMethod: 'privateKeyJwt' }),
  },
  'draw a secret': {
    refusal: 'COMMAND-2g66f',
    command: (appId) => ({
      type: 'RegenerateApiClientSecret',
      appId,
      secretId: '5002',
      secretHash: '$hash',
      secretHint: 'hint',
      overlapMs: 0,
      now: 0,
    }),
  },
  deactivate: { refusal: 'COMMAND-ov9d3', command: (appId) => ({ type: 'DeactivateApp', appId }) },
  reactivate: {
    before: ['ApplicationDeactivated'],
    refusal: 'COMMAND-ov9d3',
    command: (appId) => ({ type: 'ReactivateApp', appId }),
  },
  remove: { refusal: 'COMMAND-0po9s', command: (appId) => ({ type: 'RemoveApp', appId }) },
  'add a key': {
    before: ['ApplicationKeyAdded'],
    refusal: 'COMMAND-sak25',
    command: (appId) => ({ type: 'AddAppKey', ...keyOf(appId), keyId: '6', now: 1, expiresAt: 2 }),
  },
  'remove a key': {
    before: ['ApplicationKeyAdded'],
    refusal: 'COMMAND-4m77G',
    command: (appId) => ({ type: 'RemoveAppKey', appId, keyId: '5' }),
  },
};

export class Killed extends Error {}

/** Runs the command; answers the id of its refusal, or how it ended otherwise. */
export async function outcome({ command }: Case, { projectId, appId }: Scene, by: Process): Promise<string> {
  const authMethodType = APIAuthMethodType.API_AUTH_METHOD_TYPE_BASIC;
  const create = new CreateApiAppCommand({ projectId, name: 'Late', authMethodType }, context);
  try {
    if (command === undefined) await by.create.execute(create);
    else await by.applications.change({ projectId, appId, context }, () => command(appId));
    return 'done';
  } catch (error) {
    if (error instanceof ContractError) return error.id ?? error.text;
    if (error instanceof Killed) return 'killed';
    throw error;
  }
}

/** The last event behind the removal of the project, for each of its applications that has one. */
export async function lateEvents(store: EventStore, { projectId, appId }: Scene, from: bigint) {
  const streams = new Set([applicationStream(appId)]);
  const late = new Map<string, string>();
  let removed = false;
  for await (const { stream, type, data } of store.readAll({
    from,
    filter: { streamPrefixes: ['application-', 'project-'] },
  })) {
    if (type === 'ProjectRemoved' && stream === projectStream(projectId)) removed = true;
    if (type === 'ApplicationAdded' && (data as { projectId: string }).projectId === projectId) streams.add(stream);
    if (removed && streams.has(stream)) late.set(stream, type);
  }
  return late;
}
