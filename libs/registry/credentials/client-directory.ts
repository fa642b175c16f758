import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  type ClientDocument,
  clientsCollection,
  keysOf,
  oneClient,
} from '#libs/registry/applications/index.js';
import { oneProject, projectsCollection } from '#libs/registry/projects/index.js';
import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';

const MAX_KNOWN_CLIENTS = 10_000;

/** The ids that a client or a key can have; others are not looked up. */
const ID = /^[\x21-\x7e]{1,200}$/;

/** A registered client, as it is now. */
export interface RegisteredClient {
  readonly client: ClientDocument;
  /** Whether its application and its project are active. */
  readonly isActive: boolean;
}

/** The ids of a client's application and project, which never change. */
interface Place {
  readonly appId: string;
  readonly projectId: string;
}

/**
 * Looks up clients and their keys, never older than the event store when the question came: a credential that was
 * revoked is refused. While that cannot be known, no client is authenticated
 * (docs/decisions/0045-introspection-fails-closed.md).
 */
@Injectable()
export class ClientDirectory {
  readonly #places = new LRUCache<string, Place>({ max: MAX_KNOWN_CLIENTS });

  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  /** The client of an id; undefined: there is none. @throws OAuthError temporarily_unavailable; ReadModelUnavailableError */
  async client(clientId: string): Promise<RegisteredClient | undefined> {
    const place = this.#places.get(clientId) ?? (await this.#find(clientId));
    if (place === undefined) return undefined;
    await this.#current([oneClient(place.appId), oneProject(place.projectId)]);
    const client = await this.documents.get(clientsCollection, place.appId);
    if (client === undefined) return undefined;
    const project = await this.documents.get(projectsCollection, place.projectId);
    return { client, isActive: client.state === 'active' && project?.state === 'active' };
  }

  /** The key of an id; undefined: there is none. @throws OAuthError temporarily_unavailable; ReadModelUnavailableError */
  async key(keyId: string): Promise<ApplicationKeyDocument | undefined> {
    if (!ID.test(keyId)) return undefined;
    const known = await this.documents.get(applicationKeysCollection, keyId);
    await this.#current([known === undefined ? { collection: applicationKeysCollection } : keysOf(known.appId)]);
    return this.documents.get(applicationKeysCollection, keyId);
  }

  async #find(clientId: string): Promise<Place | undefined> {
    if (!ID.test(clientId)) return undefined;
    await this.#current([{ collection: clientsCollection }]);
    const { documents } = await this.documents.find(clientsCollection, { filter: { clientId }, sort: [], limit: 1 });
    const [client] = documents;
    if (client === undefined) return undefined;
    const place = { appId: client.id, projectId: client.projectId };
    this.#places.set(clientId, place);
    return place;
  }

  async #current(sources: readonly Source[]): Promise<void> {
    if (await this.freshness.untilCurrent(sources)) return;
    throw OAuthError.unavailable('the state of the client is not known now: try again');
  }
}
