import { Injectable } from '@nestjs/common';
import { Repository } from '#libs/engine/commands/repository.js';
import { applicationDecider } from './application.decide.js';
import { applicationStream } from './application.events.js';

/** What the ids of applications consist of; anything else names no stream of an application. */
const APPLICATION_ID = /^\d{1,200}$/;

/**
 * Finds the project of an application in the event store: a role in that project permits calls on the application, and
 * lets read the past of one that has been removed.
 */
@Injectable()
export class StoredApplicationProjects {
  constructor(private readonly repository: Repository) {}

  /** The project of an application that an organization owns or owned; undefined: there never was one. */
  async projectOf(applicationId: string, organization: string): Promise<string | undefined> {
    if (!APPLICATION_ID.test(applicationId)) return undefined;
    const { state, resourceOwner } = await this.repository.load(applicationStream(applicationId), applicationDecider);
    return state.status !== 'absent' && resourceOwner === organization ? state.projectId : undefined;
  }
}
