import type { Collection, ReadModel } from '#libs/read-model/port/read-model.js';
import type { RunnerStatus } from './generation-runner.js';

/** What the process that keeps a projection lets the others know. */
export interface KeeperReport {
  /** Why the projection has stopped, and at which event. */
  readonly failure?: {
    readonly message: string;
    readonly event?: { readonly id: string; readonly type: string; readonly stream: string; readonly position: string };
  };
  /** How far the building of a generation is. */
  readonly filling?: { readonly generation: number; readonly progress: string };
}

/** The name of the record of a projection's report. */
export function keeperReportRecord({ name }: Collection<object>): string {
  return `report on ${name}`;
}

/** Writes a projection's report, whenever it is another one than before. */
export class KeeperReporter {
  private reported = '';

  constructor(
    private readonly readModel: ReadModel,
    private readonly collection: Collection<object>,
  ) {}

  /**
   * @param statuses of the generations that are kept
   * @param filling the one that is being built
   * @throws ReadModelUnavailableError
   */
  async report(statuses: readonly RunnerStatus[], filling: KeeperReport['filling']): Promise<void> {
    const failure = statuses.find(({ state }) => state === 'failed')?.failure;
    const report: KeeperReport = { ...(failure && { failure: stored(failure) }), ...(filling && { filling }) };
    const text = JSON.stringify(report);
    if (text === this.reported) return;
    const name = keeperReportRecord(this.collection);
    const before = await this.readModel.record<KeeperReport>(name);
    if (JSON.stringify(before?.value ?? {}) !== text) await this.readModel.putRecord(name, report, before?.version);
    this.reported = text;
  }
}

function stored({ message, event }: NonNullable<RunnerStatus['failure']>): NonNullable<KeeperReport['failure']> {
  return { message, ...(event && { event: { ...event, position: event.position.toString() } }) };
}
