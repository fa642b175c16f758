import { Histogram, type Registry } from 'prom-client';

/**
 * Counts how long something takes. Plain numbers that are put into Prometheus' words when it asks: every request and
 * every append passes here, and prom-client's own histogram takes a microsecond for each.
 */
export class DurationMeter {
  /** By the first bucket that they fit in; the last number is of those that fit in none. */
  readonly counts: Float64Array;
  /** How long it took all together. */
  totalMs = 0;

  /** @param endsMs upper ends of the buckets, in milliseconds, ascending */
  constructor(readonly endsMs: readonly number[]) {
    this.counts = new Float64Array(endsMs.length + 1);
  }

  /** It has taken so long. */
  took(milliseconds: number): void {
    this.totalMs += milliseconds;
    let bucket = 0;
    while (bucket < this.endsMs.length && milliseconds > (this.endsMs[bucket] as number)) bucket += 1;
    (this.counts[bucket] as number) += 1;
  }
}

/** A meter with its labels. */
export interface LabelledMeter<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly meter: DurationMeter;
}

/** What a histogram is called, in seconds, and what it is of. */
export interface HistogramDescription<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

/** A histogram in a registry whose numbers meters keep. */
export class MeteredHistogram<Label extends string> extends Histogram<Label> {
  constructor(
    registry: Registry,
    private readonly description: HistogramDescription<Label>,
    private readonly meters: () => readonly LabelledMeter<Label>[],
  ) {
    super({ ...description, labelNames: [...description.labelNames], registers: [registry] });
  }

  /** What prom-client's registry takes from a metric. */
  async getForPromString() {
    const { name, help } = this.description;
    const values = this.meters().flatMap((each) => valuesOf(name, each));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

/** Prometheus' buckets hold what those below them hold, too. */
function valuesOf<Label extends string>(name: string, { labels: sharedLabels, meter }: LabelledMeter<Label>) {
  let count = 0;
  const value = (suffix: string, number: number, labels: Readonly<Record<string, string | number>> = {}) => ({
    metricName: name + suffix,
    value: number,
    labels,
    sharedLabels,
  });
  const buckets = Array.from(meter.counts, (number, index) => {
    count += number;
    const end = meter.endsMs[index];
    return value('_bucket', count, { le: end === undefined ? '+Inf' : end / 1000 });
  });
  return count === 0 ? [] : [...buckets, value('_sum', meter.totalMs / 1000), value('_count', count)];
}
