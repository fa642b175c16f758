import type { Generation } from '#libs/engine/documents/port/generations.js';
import { progressLine } from './fill-progress.js';
import type { GenerationRunner } from './generation-runner.js';
import type { RunnerStatus } from './runner-status.js';

/** A generation that is being kept up to date, and how that goes. */
export interface GenerationStatus extends RunnerStatus {
  readonly generation: number;
}

/** A generation with the runner that keeps its documents up to date. */
export class KeptGeneration {
  private readonly since = performance.now();

  constructor(
    readonly generation: Generation,
    readonly runner: GenerationRunner,
  ) {}

  get number(): number {
    return this.generation.number;
  }

  /** For how long it has been kept, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.since;
  }

  status(): GenerationStatus {
    return { generation: this.number, ...this.runner.status() };
  }

  /** How far its building is, as a line tells it. */
  progress(): string {
    return progressLine({ ...this.runner.way(), elapsedMs: this.elapsedMs });
  }
}
