import type { Collection, ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { GenerationStatus } from './kept-generation.js';

/** What the process that keeps a projection lets the others know. */
export interface KeeperReport {
  /** Which generation has stopped, why, and at which event. */
  readonly failure?: {
    readonly generation: number;
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
   * @param statuses of the generations that are kept; of those that have stopped, the first is reported
   * @param filling the one that is being built
   * @throws ReadModelUnavailableError
   */
  async report(statuses: readonly GenerationStatus[], filling: KeeperReport['filling']): Promise<void> {
    const failure = statuses.map(failureOf).find((each) => each !== undefined);
    const report: KeeperReport = { ...(failure && { failure }), ...(filling && { filling }) };
    const text = JSON.stringify(report);
    if (text === this.reported) return;
    const name = keeperReportRecord(this.collection);
    const before = await this.readModel.record<KeeperReport>(name);
    if (JSON.stringify(before?.value ?? {}) !== text) await this.readModel.putRecord(name, report, before?.version);
    this.reported = text;
  }
}

function failureOf({ generation, state, failure }: GenerationStatus): KeeperReport['failure'] {
  if (state !== 'failed' || failure === undefined) return undefined;
  const { message, event } = failure;
  return { generation, message, ...(event && { event: { ...event, position: event.position.toString() } }) };
}
