import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { type ApplicationDocument, applicationsCollection } from '#libs/registry/applications/index.js';
import { projectsCollection, visibleProject } from '#libs/registry/projects/index.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { CredentialUsage } from '../../credential-usage.js';
import {
  ListUnusedApplicationsQuery,
  type UnusedApplication,
  type UnusedApplications,
} from './list-unused-applications.query.js';
import { SINCE_FORMS } from './since.js';
import { usageOf } from './usage-of.js';

/** Applications whose last use is looked up at once; between two lots the event loop is free. */
const LOT = 500;

@QueryHandler(ListUnusedApplicationsQuery)
export class ListUnusedApplicationsHandler implements IQueryHandler<ListUnusedApplicationsQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
    private readonly usage: CredentialUsage,
  ) {}

  async execute({ projectId, sinceTime, page, reader }: ListUnusedApplicationsQuery): Promise<UnusedApplications> {
    if (sinceTime === undefined) throw ContractError.invalidField('since', `must be ${SINCE_FORMS}, and not after now`);
    const sources = [{ collection: applicationsCollection }, { collection: projectsCollection }];
    await this.freshness.waitUntilFresh(sources, reader);
    const [position, viewTime, countingBegan] = await Promise.all([
      this.documents.checkpoint(applicationsCollection),
      this.documents.viewTime(applicationsCollection),
      this.usage.countingBegan(),
    ]);
    const times = { since: sinceTime, countingBegan };
    const applications = await this.#applications(reader.organization, projectId, page.ascending);
    const unused: UnusedApplication[] = [];
    for (let from = 0; from < applications.length; from += LOT) {
      unused.push(...(await this.#unusedOf(applications.slice(from, from + LOT), times)));
      await nextTurn();
    }
    const documents = unused.slice(page.offset, page.offset + page.limit);
    return { documents, total: unused.length, position, viewTime, countingBegan };
  }

  /** All applications that an organization sees, of one project or of all of its projects. */
  async #applications(
    organization: string,
    projectId: string,
    ascending: boolean,
  ): Promise<readonly ApplicationDocument[]> {
    const direction = ascending ? 1 : -1;
    const sort = [
      ['details.creationDate', direction],
      ['id', direction],
    ] as const;
    const owner = { 'details.resourceOwner': organization };
    if (projectId !== '') {
      if ((await visibleProject(this.documents, projectId, organization)) === undefined) return [];
      return (await this.documents.find(applicationsCollection, { filter: { projectId, ...owner }, sort })).documents;
    }
    const projects = await this.documents.find(projectsCollection, { filter: owner, sort: [] });
    const seen = new Set(projects.documents.map(({ id }) => id));
    const { documents } = await this.documents.find(applicationsCollection, { filter: owner, sort });
    return documents.filter((application) => seen.has(application.projectId));
  }

  async #unusedOf(
    applications: readonly ApplicationDocument[],
    times: { readonly since: number; readonly countingBegan: number | undefined },
  ): Promise<readonly UnusedApplication[]> {
    const lastUses = await this.usage.lastUsedOf(applications.map(({ id }) => id));
    return applications.flatMap(({ id, projectId, name, api, details }) => {
      const lastUsed = lastUses.get(id);
      const createdAt = Date.parse(details.creationDate);
      const usage = usageOf({ ...times, createdAt, lastUsed });
      return usage === undefined ? [] : [{ id, projectId, name, clientId: api?.clientId, createdAt, lastUsed, usage }];
    });
  }
}
