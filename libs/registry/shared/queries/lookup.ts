import { Inject, Injectable } from '@nestjs/common';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
  oneApplication,
} from '#libs/registry/applications/projections/applications/applications.document.js';
import {
  oneProject,
  type ProjectDocument,
  projectsCollection,
} from '#libs/registry/projects/projections/projects/projects.document.js';
import { Freshness } from './freshness.js';
import type { ReadContext } from './read-context.js';

/** Where an application is looked for. */
export interface ApplicationPlace {
  readonly projectId: string;
  readonly appId: string;
  readonly reader: ReadContext;
}

/** Finds projects and applications as an organization sees them: those of others are not there. */
@Injectable()
export class Lookup {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  /** The project, or undefined when it is not there. */
  async project(projectId: string, reader: ReadContext): Promise<ProjectDocument | undefined> {
    await this.freshness.waitUntilFresh([oneProject(projectId)], reader);
    return this.#seen(projectId, reader);
  }

  /**
   * The application, or undefined when it, or its project, is not there: a project's removal ends its applications.
   *
   * @param also what else the answer is made of
   */
  async application(
    { projectId, appId, reader }: ApplicationPlace,
    ...also: readonly Source[]
  ): Promise<ApplicationDocument | undefined> {
    await this.freshness.waitUntilFresh([oneProject(projectId), oneApplication(appId), ...also], reader);
    const [project, application] = await Promise.all([
      this.#seen(projectId, reader),
      this.documents.get(applicationsCollection, appId),
    ]);
    return project !== undefined && application?.projectId === projectId ? application : undefined;
  }

  /** The applications' project, or undefined when it is not there. */
  async projectOfApplications(projectId: string, reader: ReadContext): Promise<ProjectDocument | undefined> {
    await this.freshness.waitUntilFresh([oneProject(projectId), { collection: applicationsCollection }], reader);
    return this.#seen(projectId, reader);
  }

  async #seen(projectId: string, { organization }: ReadContext): Promise<ProjectDocument | undefined> {
    const project = await this.documents.get(projectsCollection, projectId);
    return project?.details.resourceOwner === organization ? project : undefined;
  }
}
