import { Inject, Injectable } from '@nestjs/common';
import { READ_MODEL } from '#libs/platform/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/projections/applications/applications.document.js';
import { type ProjectDocument, projectsCollection } from '#libs/projections/projects/projects.document.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';
import { Freshness } from './freshness.js';

/** Where an application is looked for. */
export interface ApplicationPlace {
  readonly projectId: string;
  readonly appId: string;
  /** In whose eyes: what belongs to other organizations is not there. */
  readonly organization: string;
}

/** Finds projects and applications as an organization sees them, with everything that this process has written. */
@Injectable()
export class ApplicationLookup {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    private readonly freshness: Freshness,
  ) {}

  /** The project, or undefined when it is not there. */
  async project(projectId: string, organization: string): Promise<ProjectDocument | undefined> {
    await this.freshness.awaitOwnWrites(projectsCollection.name);
    const project = await this.readModel.get(projectsCollection, projectId);
    return project?.details.resourceOwner === organization ? project : undefined;
  }

  /** The application, or undefined when it, or its project, is not there: a project's removal ends its applications. */
  async application({ projectId, appId, organization }: ApplicationPlace): Promise<ApplicationDocument | undefined> {
    const [project, application] = await Promise.all([this.project(projectId, organization), this.#document(appId)]);
    return project !== undefined && application?.projectId === projectId ? application : undefined;
  }

  async #document(appId: string): Promise<ApplicationDocument | undefined> {
    await this.freshness.awaitOwnWrites(applicationsCollection.name);
    return this.readModel.get(applicationsCollection, appId);
  }
}
