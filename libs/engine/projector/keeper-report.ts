import type { Collection, ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { GenerationRunner } from './generation-runner.js';

/** The report of the process that keeps a projection, for other processes. */
export interface KeeperReport {
  /** Which generation has stopped, why, and at which event. */
  readonly failure?: {
    readonly generation: number;
    readonly message: string;
    readonly event?: { readonly id: string; readonly type: string; readonly stream: string; readonly position: string };
  };
  /** The progress of building a generation. */
  readonly filling?: { readonly generation: number; readonly progress: string };
}

/** The name of the record of a projection's report. */
export function keeperReportRecord({ name }: Collection<object>): string {
  return `report on ${name}`;
}

/** Writes a projection's report whenever it has changed. */
export class KeeperReporter {
  private reported = '';

  constructor(
    private readonly readModel: ReadModel,
    private readonly collection: Collection<object>,
  ) {}

  /**
   * Reports how the generations are doing. Of two failures, that of the generation that is being built is reported: an
   * operator may be waiting for it.
   *
   * @throws ReadModelUnavailableError
   */
  async report(serving: GenerationRunner | undefined, filling: GenerationRunner | undefined): Promise<void> {
    const failure = failureOf(filling) ?? failureOf(serving);
    const building = filling && { generation: filling.number, progress: filling.progressLine() };
    const report: KeeperReport = { ...(failure && { failure }), ...(building && { filling: building }) };
    const text = JSON.stringify(report);
    if (text === this.reported) return;
    const name = keeperReportRecord(this.collection);
    const before = await this.readModel.record<KeeperReport>(name);
    if (JSON.stringify(before?.value ?? {}) !== text) await this.readModel.putRecord(name, report, before?.version);
    this.reported = text;
  }
}

function failureOf(runner: GenerationRunner | undefined): KeeperReport['failure'] {
  const { state, failure } = runner?.status() ?? {};
  if (runner === undefined || state !== 'failed' || failure === undefined) return undefined;
  const { message, event } = failure;
  const place = event && { ...event, position: event.position.toString() };
  return { generation: runner.number, message, ...(place && { event: place }) };
}
