import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { WriterParts } from '#libs/engine/projector/generation-writer.js';
import { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { ProjectionMetrics } from '#libs/engine/projector/projection-metrics.js';
import { features } from '#libs/registry/features.js';
import { toAppend } from './projection.js';

/** Longer than anything that these tests wait for takes. */
export const LONG_MS = 60_000;

/** A line of the log. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** Two embedded stores, and events to project. */
export class Projecting {
  readonly lines: Line[] = [];
  readonly registry = new Registry();
  readonly parts: WriterParts;
  private readonly started: { stop(): Promise<unknown> }[] = [];

  private constructor(
    readonly folder: string,
    readonly eventStore: EventStore,
    readonly readModel: ReadModel,
    /** Tells the event log from every other. */
    readonly logIdentity: string | undefined,
  ) {
    const write = (level: Line['level']) => (fields: object, message: string) =>
      this.lines.push({ level, fields, message });
    const log = { info: write('info'), warn: write('warn'), error: write('error') };
    const identity = new LogIdentity(eventStore, async () => this.logIdentity);
    this.parts = {
      eventStore,
      codec: features.codec,
      readModel,
      log,
      identity,
      metrics: new ProjectionMetrics(this.registry),
    };
  }

  static async open(): Promise<Projecting> {
    const folder = mkdtempSync(join(tmpdir(), 'appledger-projecting.'));
    const events = join(folder, 'events');
    mkdirSync(events);
    const eventStore = await openEmbeddedEventStore({ path: events, readOnly: false });
    return new Projecting(
      folder,
      eventStore,
      openEmbeddedReadModel(join(folder, 'read-model')),
      eventStore.log.identity,
    );
  }

  /** Stops what has been started and removes everything. */
  async close(): Promise<void> {
    await Promise.all(this.started.map((each) => each.stop()));
    await this.eventStore.close();
    await this.readModel.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Starts it, and stops it when everything is closed. */
  start<T extends { start(): void; stop(): Promise<unknown> }>(each: T): T {
    this.started.push(each);
    each.start();
    return each;
  }

  /** Appends an application's two events. Answers the position of the second. */
  async addApplication(appId: string, name = `App ${appId}`): Promise<bigint> {
    const appended = await this.eventStore.append(
      `application-${appId}`,
      [
        toAppend({ type: 'ApplicationAdded', data: { appId, projectId: '2001', name } }),
        toAppend({ type: 'ApiConfigAdded', data: { appId, clientId: `c${appId}`, authMethod: 'privateKeyJwt' } }),
      ],
      'noStream',
    );
    return appended.position;
  }

  /** Appends an event that no projection of applications can take. */
  async addMalformed(appId: string): Promise<{ readonly id: string; readonly position: bigint }> {
    const whole = toAppend({ type: 'ApplicationAdded', data: { appId, projectId: '2001', name: appId } });
    const event = { ...whole, data: { appId: 7 } };
    const { position } = await this.eventStore.append(`application-${appId}`, [event], 'noStream');
    return { id: event.id, position };
  }

  /** Appends events of somebody else's. Answers the position of the last. */
  async addForeign(count = 1): Promise<bigint> {
    const events = Array.from({ length: count }, () => ({
      id: randomUUID(),
      type: 'SomethingElse',
      data: {},
      metadata: {},
    }));
    return (await this.eventStore.append('elsewhere-1', events, 'any')).position;
  }
}
