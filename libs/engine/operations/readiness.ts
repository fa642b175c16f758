import { ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult, HealthCheckService, HealthIndicatorResult } from '@nestjs/terminus';
import type { ConsumerReport, ConsumerTable } from '#libs/engine/consumer/consumer-table.js';
import type { WorkReport } from '#libs/engine/consumer/periodic-work.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import type { GenerationStatus } from '#libs/engine/projector/generation-runner.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import type { ProjectionStatus } from '#libs/engine/projector/projection-status.js';
import type { Projector } from '#libs/engine/projector/projector.js';

/** The parts whose state decides readiness. */
export interface HealthParts {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly documents: ServedDocuments;
  readonly projector: Projector;
  readonly projections: readonly Projection[];
  readonly checks: HealthCheckService;
  /** Consumers beside the projections; default: none. */
  readonly consumers?: ConsumerTable;
  /** The periodic work of the process; default: none. */
  readonly work?: () => readonly WorkReport[];
  /** What else decides readiness, for reads and writes alike; default: nothing. */
  readonly further?: () => readonly HealthIndicatorResult[];
}

/** The kinds of requests that a process can be ready for. */
export type Purpose = 'write' | 'read';

/** Whether a process is ready, and the state of each part that this depends on. */
export interface Readiness {
  readonly isReady: boolean;
  readonly result: HealthCheckResult;
}

type Indicator = () => Promise<HealthIndicatorResult>;

/** Checks every part that one of the purposes needs. */
export async function readinessFor(purposes: readonly Purpose[], parts: HealthParts): Promise<Readiness> {
  try {
    return { isReady: true, result: await parts.checks.check(indicatorsOf(purposes, parts)) };
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    return { isReady: false, result: error.getResponse() as HealthCheckResult };
  }
}

/** Whether the process is ready for at least one purpose. */
export async function isOfUse(parts: HealthParts): Promise<boolean> {
  for (const purpose of ['write', 'read'] as const) if ((await readinessFor([purpose], parts)).isReady) return true;
  return false;
}

/** A write needs only the event store; a read needs the documents, and its answer says when they are behind. */
function indicatorsOf(purposes: readonly Purpose[], parts: HealthParts): Indicator[] {
  const [writes, reads] = [purposes.includes('write'), purposes.includes('read')];
  return [
    ...(writes ? [async () => ({ eventStore: storeIndicator(await parts.eventStore.health(), 'writable') })] : []),
    ...(reads ? [async () => ({ readModel: storeIndicator(await parts.readModel.health(), 'readable') })] : []),
    ...(reads ? parts.projector.status().map((status) => projectionIndicator(status, parts)) : []),
    ...(parts.consumers?.reports() ?? []).map((report) => async () => consumerIndicator(report)),
    ...(parts.work?.() ?? []).map((report) => async () => workIndicator(report)),
    ...(parts.further?.() ?? []).map((result) => async () => result),
  ];
}

/** Shows a consumer beside the projections. It is never `down`: calls are answered without it. */
function consumerIndicator({ name, role, state, position, failure }: ConsumerReport): HealthIndicatorResult {
  const event = failure?.event && { ...failure.event, position: `${failure.event.position}` };
  const detail = role === 'working' ? { state, position: `${position}`, ...(event && { event }) } : { state: role };
  return { [`consumer ${name}`]: { status: 'up', ...detail } };
}

/** Shows periodic work. It is never `down` either; the log says why it fails. */
function workIndicator({ name, role, holder, since, failure }: WorkReport): HealthIndicatorResult {
  const state = role === 'working' && failure !== undefined ? 'failing' : role;
  return { [`work ${name}`]: { status: 'up', state, ...(holder && { holder }), ...(since && { since }) } };
}

function storeIndicator({ readable, writable }: StoreHealth, needed: 'readable' | 'writable') {
  return { status: upIf(needed === 'writable' ? readable && writable : readable), readable, writable };
}

function projectionIndicator(status: ProjectionStatus, parts: HealthParts): Indicator {
  return async () => ({ [`projection ${status.name}`]: await projectionState(status, parts) });
}

/** If another process updates the documents, only that process knows their state. */
async function projectionState({ name, serving, filling, setAside }: ProjectionStatus, parts: HealthParts) {
  const { role } = parts.projector;
  if (role !== 'working') return { status: upIf(await isServed(name, parts)), state: role };
  return {
    status: upIf(serving !== undefined && answersQueries(serving)),
    ...(serving === undefined ? { state: 'building' } : generationDetail(serving)),
    ...(filling && { filling: generationDetail(filling) }),
    ...(setAside && { setAside }),
  };
}

async function isServed(
  name: string,
  { projections, documents }: Pick<HealthParts, 'projections' | 'documents'>,
): Promise<boolean> {
  const projection = projections.find((one) => one.name === name);
  if (projection === undefined) return false;
  try {
    await documents.checkpoint(projection.collection);
    return true;
  } catch (error) {
    if (error instanceof ReadModelUnavailableError) return false;
    throw error;
  }
}

/**
 * Documents still answer queries if their projection has stopped at an event or waits for the event store: no other
 * process has newer ones. While they catch up after a start, another process may have newer ones.
 */
function answersQueries({ state, failure }: GenerationStatus): boolean {
  return state === 'live' || state === 'failed' || (state === 'catchingUp' && failure !== undefined);
}

function generationDetail({ generation, state, position, failure }: GenerationStatus) {
  const event = failure?.event && { ...failure.event, position: `${failure.event.position}` };
  return { generation, state, position: `${position}`, ...(event && { event }) };
}

function upIf(condition: boolean): 'up' | 'down' {
  return condition ? 'up' : 'down';
}
