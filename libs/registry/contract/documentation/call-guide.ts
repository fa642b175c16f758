import type { CallGuide as ApiCallGuide } from '#libs/engine/rpc/openapi/api-description.js';
import type { ErrorId } from '../errors/error-catalogue.js';

/** What calls are about: the documentation shows those of one subject together, in this order. */
export const callGroups = {
  Projects: 'What applications belong to.',
  Applications: 'The API clients: registering them, their names, secrets and states.',
  Keys: 'The keys by which an application with PRIVATE_KEY_JWT says who it is.',
  Events: 'Who changed what, and when.',
  Health: 'Whether the server answers.',
} as const;

/** What the documentation says of a call of Appledger. */
export interface CallGuide extends ApiCallGuide {
  readonly group: keyof typeof callGroups;
  readonly errors: readonly ErrorId[];
}

/** Errors that every call with a permission may have. */
export const errorsOfAccess = ['AUTH-7fs1e', 'AUTH-5mWD2'] as const satisfies readonly ErrorId[];

/** Every served call by its name in the contract. */
export const callGuide: Readonly<Record<string, CallGuide>> = {
  Healthz: { group: 'Health', summary: 'Say that the server answers', errors: [] },
  AddProject: {
    group: 'Projects',
    summary: 'Add a project to the organization',
    errors: ['PROJECT-IOVCC', 'COMMAND-opamwu'],
  },
  GetProjectByID: { group: 'Projects', summary: 'Read a project', errors: ['COMMAND-3M9sd'] },
  ListProjects: { group: 'Projects', summary: 'List the projects of the organization', errors: [] },
  UpdateProject: {
    group: 'Projects',
    summary: "Change a project's name and settings",
    errors: ['PROJECT-IOVCC', 'COMMAND-opamwu', 'COMMAND-3M9sd', 'COMMAND-2M0fs'],
  },
  DeactivateProject: {
    group: 'Projects',
    summary: 'Put a project out of use',
    errors: ['COMMAND-3M9sd', 'COMMAND-mki55'],
  },
  ReactivateProject: {
    group: 'Projects',
    summary: 'Put a project into use again',
    errors: ['COMMAND-3M9sd', 'COMMAND-5M9bs'],
  },
  RemoveProject: {
    group: 'Projects',
    summary: 'Remove a project for good, its applications with it',
    errors: ['COMMAND-3M9sd'],
  },
  ListProjectChanges: { group: 'Projects', summary: 'List what has happened to a project', errors: ['COMMAND-3M9sd'] },
  AddAPIApp: {
    group: 'Applications',
    summary: 'Create an API application; its client secret is answered this once',
    errors: ['PROJECT-Bff2g', 'COMMAND-EbFMN', 'V3-DKcYh'],
  },
  GetAppByID: { group: 'Applications', summary: 'Read an application', errors: ['QUERY-pCP8P'] },
  ListApps: { group: 'Applications', summary: 'List the applications of a project', errors: [] },
  ListAppChanges: {
    group: 'Applications',
    summary: 'List what has happened to an application',
    errors: ['QUERY-pCP8P'],
  },
  UpdateApp: {
    group: 'Applications',
    summary: 'Rename an application',
    errors: ['PROJECT-Bff2g', 'COMMAND-28di9', 'COMMAND-2m8vx', 'V3-DKcYh'],
  },
  UpdateAPIAppConfig: {
    group: 'Applications',
    summary: 'Change how an API application authenticates',
    errors: ['COMMAND-2n8uU', 'COMMAND-1m88i', 'COMMAND-Gnwt3'],
  },
  RegenerateAPIClientSecret: {
    group: 'Applications',
    summary: 'Give an API application a new client secret, answered this once; the old one ends',
    errors: ['COMMAND-2g66f', 'COMMAND-aeH4', 'COMMAND-7gKw2'],
  },
  DeactivateApp: {
    group: 'Applications',
    summary: 'Put an application out of use',
    errors: ['COMMAND-ov9d3', 'COMMAND-dsh35'],
  },
  ReactivateApp: {
    group: 'Applications',
    summary: 'Put an application into use again',
    errors: ['COMMAND-ov9d3', 'COMMAND-1n8cM'],
  },
  RemoveApp: { group: 'Applications', summary: 'Remove an application for good', errors: ['COMMAND-0po9s'] },
  AddAppKey: {
    group: 'Keys',
    summary: 'Add a key to an application; its private half is answered this once',
    errors: ['COMMAND-sak25', 'COMMAND-Dff54', 'COMMAND-5xP1d'],
  },
  GetAppKey: { group: 'Keys', summary: 'Read a key of an application', errors: ['COMMAND-4m77G'] },
  ListAppKeys: { group: 'Keys', summary: 'List the keys of an application', errors: [] },
  RemoveAppKey: { group: 'Keys', summary: 'Remove a key of an application', errors: ['COMMAND-4m77G'] },
  ListEvents: { group: 'Events', summary: 'List events: who changed what, and when', errors: [] },
  ListEventTypes: { group: 'Events', summary: 'List the types that events have', errors: [] },
  ListAggregateTypes: { group: 'Events', summary: 'List the kinds of things that events are about', errors: [] },
};
