import type { Projection } from '../projection.js';
import { ProjectionRunner, type RunnerParts, type RunnerStatus } from './projection-runner.js';

/** All projections of a process: started, stopped and asked together. */
export class ProjectionRunners {
  private readonly runners: ReadonlyMap<string, ProjectionRunner>;

  constructor(projections: readonly Projection[], parts: RunnerParts) {
    this.runners = new Map(projections.map((each) => [each.name, new ProjectionRunner(each, parts)]));
  }

  /** Starts every projection. */
  start(): void {
    for (const runner of this.runners.values()) runner.start();
  }

  /** Finishes what is under way and stops every projection. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.runners.values(), (runner) => runner.stop()));
  }

  /**
   * Resolves to true as soon as the projection has reached the position; to false when the time is over first, or at
   * once when the projection has stopped or failed.
   *
   * @throws Error there is no projection of this name
   */
  waitFor(projection: string, position: bigint, timeoutMs: number): Promise<boolean> {
    const runner = this.runners.get(projection);
    if (runner === undefined) throw new Error(`there is no projection ${projection}: see libs/projections/projections`);
    return runner.waitFor(position, timeoutMs);
  }

  /** How each projection is doing. */
  status(): RunnerStatus[] {
    return Array.from(this.runners.values(), (runner) => runner.status());
  }
}
