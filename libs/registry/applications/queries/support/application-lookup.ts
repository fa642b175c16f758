import { Inject, Injectable } from '@nestjs/common';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { oneProject, visibleProject } from '#libs/registry/projects/index.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { seesApplication } from '../../application-visibility.js';
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

/** Looks up the documents of applications as an organization sees them. */
@Injectable()
export class ApplicationLookup {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  /**
   * The application; undefined when it, or its project, does not exist: the removal of a project ends its applications.
   *
   * @param also further sources of the answer, which must be fresh too
   */
  async application(
    { projectId, appId, reader }: LookupPlace,
    ...also: readonly Source[]
  ): Promise<ApplicationDocument | undefined> {
    await this.freshness.waitUntilFresh([oneProject(projectId), oneApplication(appId), ...also], reader);
    const { organization } = reader;
    const [project, application] = await Promise.all([
      visibleProject(this.documents, projectId, organization),
      this.documents.get(applicationsCollection, appId),
    ]);
    if (application === undefined) return undefined;
    const place = { organization, projectId, seesProject: project !== undefined };
    const { resourceOwner } = application.details;
    return seesApplication(place, { projectId: application.projectId, resourceOwner }) ? application : undefined;
  }

  /** The client of an application; undefined when the application, or its project, does not exist. */
  async client(appId: string, reader: ReadContext): Promise<ClientDocument | undefined> {
    const { organization } = reader;
    await this.freshness.waitUntilFresh([oneClient(appId)], reader);
    const client = await this.documents.get(clientsCollection, appId);
    if (client?.details.resourceOwner !== organization) return undefined;
    await this.freshness.waitUntilFresh([oneProject(client.projectId)], reader);
    const project = await visibleProject(this.documents, client.projectId, organization);
    return project === undefined ? undefined : client;
  }

  /** Whether the project of applications that are to be listed exists. */
  async hasProject(projectId: string, reader: ReadContext): Promise<boolean> {
    await this.freshness.waitUntilFresh([oneProject(projectId), { collection: applicationsCollection }], reader);
    return (await visibleProject(this.documents, projectId, reader.organization)) !== undefined;
  }
}
