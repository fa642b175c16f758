import { Injectable } from '@nestjs/common';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { oneProject, visibleProject } from '#libs/registry/projects/index.js';
import { type QuerySource, ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { seesApplication } from '../../application-visibility.js';
import { applicationsOf } from '../../projections/application-lives/application-lives.document.js';
import {
  type ApplicationDocument,
  applicationsCollection,
  oneApplication,
} from '../../projections/applications/applications.document.js';
import { type ClientDocument, clientsCollection, oneClient } from '../../projections/clients/clients.document.js';

/** Where an application is looked up. */
export interface LookupPlace {
  readonly projectId: string;
  readonly appId: string;
  readonly reader: ReadContext;
}

/** What was looked up, and the documents of the sources of the answer. */
export interface LookedUp {
  /** undefined: it, or its project, does not exist. */
  readonly application: ApplicationDocument | undefined;
  readonly documents: DocumentReader;
}

/** A project whose applications are to be listed. */
export interface ListedPlace {
  readonly hasProject: boolean;
  readonly documents: DocumentReader;
}

/** Looks up the documents of applications as an organization sees them, now or at the point that the reader names. */
@Injectable()
export class ApplicationLookup {
  constructor(private readonly readable: ReadableDocuments) {}

  /**
   * The application, unless it, or its project, does not exist: the removal of a project ends its applications.
   *
   * @param also further sources of the answer
   */
  async application({ projectId, appId, reader }: LookupPlace, ...also: readonly QuerySource[]): Promise<LookedUp> {
    const documents = await this.readable.of([oneProject(projectId), oneApplication(appId), ...also], reader);
    const { organization } = reader;
    const [project, application] = await Promise.all([
      visibleProject(documents, projectId, organization),
      documents.get(applicationsCollection, appId),
    ]);
    if (application === undefined) return { application, documents };
    const place = { organization, projectId, seesProject: project !== undefined };
    const { resourceOwner } = application.details;
    const isSeen = seesApplication(place, { projectId: application.projectId, resourceOwner });
    return { application: isSeen ? application : undefined, documents };
  }

  /** The client of an application; undefined when the application, or its project, does not exist. */
  async client(appId: string, reader: ReadContext): Promise<ClientDocument | undefined> {
    const { organization } = reader;
    const client = await (await this.readable.of([oneClient(appId)], reader)).get(clientsCollection, appId);
    if (client?.details.resourceOwner !== organization) return undefined;
    const documents = await this.readable.of([oneProject(client.projectId)], reader);
    const project = await visibleProject(documents, client.projectId, organization);
    return project === undefined ? undefined : client;
  }

  /** The documents of applications, and whether the project exists in which they are to be listed. */
  async applicationsIn(projectId: string, reader: ReadContext): Promise<ListedPlace> {
    const applications = { collection: applicationsCollection, members: applicationsOf(projectId) };
    const documents = await this.readable.of([oneProject(projectId), applications], reader);
    const project = await visibleProject(documents, projectId, reader.organization);
    return { hasProject: project !== undefined, documents };
  }
}
