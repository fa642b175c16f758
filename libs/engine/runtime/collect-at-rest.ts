import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often it is looked whether the process is at rest, which it is when it has hardly worked since the last time. */
const LOOK_EVERY_MS = 5_000;
const MOST_UTILIZATION = 0.05;

/** So much the memory must have grown since the last collection: below it, a collection gives little back. */
const GROWTH_BYTES = 48 * 1_048_576;

/** When garbage is collected. */
export interface RestOptions {
  /** Default: {@link LOOK_EVERY_MS}. */
  readonly lookEveryMs?: number;
  /** Default: {@link GROWTH_BYTES}. */
  readonly growthBytes?: number;
}

/**
 * Collects garbage when the process is at rest after a time in which its memory has grown by much.
 *
 * V8 collects old objects when it needs memory. A process at rest needs none, and would keep the garbage of its last
 * work, and the buffers that belong to it, until it works again. A collection stops the thread for 70 to 150 ms.
 */
export function collectAtRest({ lookEveryMs = LOOK_EVERY_MS, growthBytes = GROWTH_BYTES }: RestOptions = {}): {
  stop(): void;
} {
  let before = performance.eventLoopUtilization();
  let kept = 0;
  /** The second collection gives back the pages that the first one has emptied. */
  let isSecond = false;
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > MOST_UTILIZATION || !(isSecond || heapBytes() > kept + growthBytes)) return;
    isSecond = !isSecond;
    collect();
    kept = heapBytes();
    before = performance.eventLoopUtilization();
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return { stop: () => clearInterval(timer) };
}

function heapBytes(): number {
  const { total_heap_size: heap, external_memory: buffers } = getHeapStatistics();
  return heap + buffers;
}

/** V8 offers its collector to programs only under a flag, to contexts that are made while it is set. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const run: () => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  run();
}
