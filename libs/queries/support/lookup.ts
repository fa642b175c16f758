import { Inject, Injectable } from '@nestjs/common';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/projections/applications/applications.document.js';
import { type ProjectDocument, projectsCollection } from '#libs/projections/projects/projects.document.js';
import type { DocumentReader } from '#libs/read-model/port/read-model.js';
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
    await this.freshness.await(projectsCollection, reader);
    const project = await this.documents.get(projectsCollection, projectId);
    return project?.details.resourceOwner === reader.organization ? project : undefined;
  }

  /** The application, or undefined when it, or its project, is not there: a project's removal ends its applications. */
  async application({ projectId, appId, reader }: ApplicationPlace): Promise<ApplicationDocument | undefined> {
    const [project, application] = await Promise.all([this.project(projectId, reader), this.#document(appId, reader)]);
    return project !== undefined && application?.projectId === projectId ? application : undefined;
  }

  async #document(appId: string, reader: ReadContext): Promise<ApplicationDocument | undefined> {
    await this.freshness.await(applicationsCollection, reader);
    return this.documents.get(applicationsCollection, appId);
  }
}
