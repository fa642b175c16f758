import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { ALL_PROJECTIONS } from '#libs/engine/projector/all-projections.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { describeProjection } from './describe-projection.js';
import { OperationError, type OperationResult, type ProjectionRequest, type TellProgress } from './operation.js';
import type { OperationParts } from './projection-records.js';
import { rebuildProjection } from './rebuild-projection.js';
import { skipEvent } from './skip-event.js';
import { verifyReport } from './verify-report.js';

/** The operations on projections, run in this process on its stores. */
export class ProjectionOperations {
  constructor(
    private readonly projections: readonly Projection[],
    private readonly parts: OperationParts,
  ) {}

  /** Runs an operation for one projection, or for all of them one after the other. @throws OperationError */
  async run(request: ProjectionRequest, tell: TellProgress): Promise<OperationResult> {
    const chosen = this.named(request.projection);
    switch (request.operation) {
      case 'list':
        return together(chosen, (projection) => describeProjection(projection, this.parts));
      case 'rebuild':
        return together(chosen, (projection) => rebuildProjection(projection, this.parts, tell));
      case 'verify':
        return together(chosen, (projection) => verifyReport(projection, this.parts, tell));
      case 'skip':
        return skipEvent(chosen, request, this.parts);
      default:
        return unreachable(request);
    }
  }

  private named(name: string): readonly Projection[] {
    if (name === ALL_PROJECTIONS) return this.projections;
    const projection = this.projections.find((one) => one.name === name);
    if (projection !== undefined) return [projection];
    const names = this.projections.map((one) => one.name).join(', ');
    throw new OperationError(`there is no projection ${JSON.stringify(name)}; there are: ${names}`);
  }
}

async function together(
  projections: readonly Projection[],
  run: (projection: Projection) => Promise<OperationResult>,
): Promise<OperationResult> {
  const results: OperationResult[] = [];
  for (const projection of projections) results.push(await run(projection));
  return {
    lines: results.flatMap(({ lines }) => lines),
    ok: results.every(({ ok }) => ok),
    data: { projections: results.map(({ data }) => data) },
  };
}
