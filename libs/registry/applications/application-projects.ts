import { Injectable } from '@nestjs/common';
import { Repository } from '#libs/engine/commands/repository.js';
import { applicationDecider } from './application.decide.js';
import { applicationStream } from './application.events.js';
import { isLiveApplication } from './application.state.js';

/** What the ids of applications consist of; anything else names no stream of an application. */
const APPLICATION_ID = /^\d{1,200}$/;

/** Finds the project of an application in the event store: a role in that project permits calls on the application. */
@Injectable()
export class StoredApplicationProjects {
  constructor(private readonly repository: Repository) {}

  /** The project of an application that exists and that an organization owns; otherwise undefined. */
  async projectOf(applicationId: string, organization: string): Promise<string | undefined> {
    if (!APPLICATION_ID.test(applicationId)) return undefined;
    const { state, resourceOwner } = await this.repository.load(applicationStream(applicationId), applicationDecider);
    return isLiveApplication(state) && resourceOwner === organization ? state.projectId : undefined;
  }
}
