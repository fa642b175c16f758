import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import type { Clock } from '#libs/kernel/clock.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import type { Projection } from '#libs/projections/projection.js';
import { noGenerations, rebuilding } from '#libs/projections/runner/generations.js';
import { type KeeperReport, keeperReportRecord } from '#libs/projections/runner/keeper-report.js';
import { lagOf, MAX_LAG_EVENTS } from '#libs/projections/runner/lag.js';
import { logMismatch } from '#libs/projections/runner/log-check.js';
import type { LogIdentity } from '#libs/projections/runner/log-identity.js';
import { recordSkip } from '#libs/projections/runner/skips.js';
import {
  type Generation,
  type Generations,
  generationsRecord,
  inGeneration,
} from '#libs/read-model/port/generations.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';
import { OperationError, type OperationResult, type ProjectionRequest, type TellProgress } from './operation.js';
import { verifyProjection } from './verify-projection.js';

/** Differences that are named one by one; more are counted. */
const MAX_NAMED_DIFFERENCES = 100;

/** How often a rebuild is looked at. */
const LOOK_MS = 500;

/** What operations work on. */
export interface OperationParts {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly identity: LogIdentity;
  readonly clock: Clock;
  /** Opens an empty read model, and throws it away when the work is done. */
  withScratch<R>(work: (scratch: ReadModel) => Promise<R>): Promise<R>;
}

/** The operations on projections, on the stores themselves. */
export class ProjectionOperations {
  constructor(
    private readonly projections: readonly Projection[],
    private readonly parts: OperationParts,
  ) {}

  run(request: ProjectionRequest, tell: TellProgress): Promise<OperationResult> {
    switch (request.operation) {
      case 'list':
        return this.list();
      case 'rebuild':
        return this.rebuild(this.named(request.projection), tell);
      case 'skip':
        return this.skip(this.named(request.projection), request);
      case 'verify':
        return this.verify(this.named(request.projection), tell);
      default:
        return unreachable(request);
    }
  }

  private async list(): Promise<OperationResult> {
    const lines = await Promise.all(this.projections.map((projection) => this.describe(projection)));
    return { lines: lines.flat(), ok: true };
  }

  private async describe(projection: Projection): Promise<readonly string[]> {
    const { serving } = await this.generations(projection);
    const { failure, filling } = await this.report(projection);
    const lines = [
      `${projection.name}: ${serving === undefined ? 'not built yet' : await this.served(projection, serving)}`,
    ];
    if (filling !== undefined) lines.push(`  generation ${filling.generation} is being built: ${filling.progress}`);
    if (failure !== undefined) lines.push(`  stopped: ${failure.message}`);
    if (failure?.event !== undefined) {
      const { event } = failure;
      lines.push(`  to leave it out: projections skip ${projection.name} --event ${event.id} --reason "…"`);
    }
    return lines;
  }

  private async served(projection: Projection, { number: generation, log }: Generation): Promise<string> {
    const { eventStore, readModel, identity, clock } = this.parts;
    const collection = inGeneration(projection.collection, generation);
    const position = await readModel.checkpoint(collection);
    const lastEvent = await readModel.lastEvent(collection);
    const isOther = (await identity.current()) !== log;
    if (isOther || (await logMismatch(eventStore, { checkpoint: position, lastEvent })) !== undefined) {
      return `generation ${generation} is of another event log: it is built again when a process runs the projections`;
    }
    const { events, seconds } = await lagOf(projection, position, eventStore, clock());
    const more = events === MAX_LAG_EVENTS ? ' or more' : '';
    const lag = events === 0 ? 'up to date' : `${events}${more} events and ${seconds.toFixed(1)} s behind`;
    return `generation ${generation} serves, at position ${position}, ${lag}`;
  }

  /** Begins a new generation and follows it until it serves. */
  private async rebuild(projection: Projection, tell: TellProgress): Promise<OperationResult> {
    const wanted = await this.begin(projection);
    let told = '';
    for (;;) {
      const { serving, newest } = await this.generations(projection);
      if (serving !== undefined && serving.number >= wanted) {
        return { lines: [`${projection.name}: generation ${serving.number} has been built and serves`], ok: true };
      }
      if (newest < wanted) throw new OperationError('the read model has been dropped meanwhile: try again');
      const { failure, filling } = await this.report(projection);
      if (failure?.generation === wanted) throw new OperationError(failure.message);
      const line =
        filling?.generation === wanted ? filling.progress : 'waiting for a process that runs the projections';
      if (line !== told) tell(`${projection.name}: ${line}`);
      told = line;
      await delay(LOOK_MS);
    }
  }

  private async begin(projection: Projection): Promise<number> {
    const name = generationsRecord(projection.collection);
    const making = { definition: projection.definition, log: await this.parts.identity.current() };
    for (;;) {
      const stored = await this.parts.readModel.record<Generations>(name);
      const next = rebuilding(stored?.value ?? noGenerations, making, this.parts.clock());
      if ((await this.parts.readModel.putRecord(name, next, stored?.version)) !== undefined) return next.newest;
    }
  }

  private async skip(
    projection: Projection,
    { eventId, reason, operator }: Extract<ProjectionRequest, { operation: 'skip' }>,
  ): Promise<OperationResult> {
    const { failure } = await this.report(projection);
    const event = failure?.event;
    if (event === undefined) {
      throw new OperationError(`${projection.name} has not stopped at an event: there is nothing to leave out`);
    }
    if (event.id !== eventId) {
      throw new OperationError(`${projection.name} has stopped at event ${event.id}, not at ${eventId}: name that one`);
    }
    const decision = { projection: projection.name, eventId, reason, operator, at: this.parts.clock() };
    await recordSkip(this.parts.eventStore, decision);
    const line = `${projection.name} leaves out event ${event.id} (${event.type} in ${event.stream} at position ${event.position})`;
    return {
      lines: [line, `recorded in stream projection-${projection.name}, as decided by ${operator}: ${reason}`],
      ok: true,
    };
  }

  private async verify(projection: Projection, tell: TellProgress): Promise<OperationResult> {
    const { serving } = await this.generations(projection);
    if (serving === undefined)
      throw new OperationError(`${projection.name} are not built yet: there is nothing to verify`);
    const served = inGeneration(projection.collection, serving.number);
    const { documents, differences } = await this.parts.withScratch((scratch) =>
      verifyProjection(projection, served, { ...this.parts, scratch }, tell),
    );
    const named = differences.slice(0, MAX_NAMED_DIFFERENCES).map(({ id, what }) => `${projection.name} ${id} ${what}`);
    const rest = differences.length - named.length;
    const found = differences.length === 0 ? 'all are what their events say' : `${differences.length} differ`;
    const advice = `to build them again: projections rebuild ${projection.name}`;
    return {
      lines: [
        ...named,
        ...(rest > 0 ? [`… and ${rest} more`] : []),
        `${projection.name}: ${documents} documents compared, ${found}`,
        ...(differences.length > 0 ? [advice] : []),
      ],
      ok: differences.length === 0,
    };
  }

  private named(name: string): Projection {
    const projection = this.projections.find((one) => one.name === name);
    if (projection !== undefined) return projection;
    const names = this.projections.map((one) => one.name).join(', ');
    throw new OperationError(`there is no projection ${JSON.stringify(name)}; there are: ${names}`);
  }

  private async generations({ collection }: Projection): Promise<Generations> {
    return (await this.parts.readModel.record<Generations>(generationsRecord(collection)))?.value ?? noGenerations;
  }

  private async report({ collection }: Projection): Promise<KeeperReport> {
    return (await this.parts.readModel.record<KeeperReport>(keeperReportRecord(collection)))?.value ?? {};
  }
}
