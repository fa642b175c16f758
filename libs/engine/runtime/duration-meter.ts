import { Histogram, type Registry } from 'prom-client';

/**
 * Counts durations in buckets. They are plain numbers, converted to Prometheus' format only when it scrapes: every
 * request and append is counted, and prom-client's own histogram takes a microsecond for each.
 */
export class DurationMeter {
  /** The number of durations in each bucket; the last number counts those above all buckets. */
  readonly counts: Float64Array;
  /** The sum of all durations. */
  totalMs = 0;

  /** @param endsMs upper bounds of the buckets, inclusive, in milliseconds, ascending */
  constructor(readonly endsMs: readonly number[]) {
    this.counts = new Float64Array(endsMs.length + 1);
  }

  /** Counts a duration. */
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

/** The name, help text and labels of a histogram of seconds. */
export interface HistogramDescription<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

/** A histogram in prom-client's registry whose values come from meters. */
export class MeteredHistogram<Label extends string> extends Histogram<Label> {
  constructor(
    registry: Registry,
    private readonly description: HistogramDescription<Label>,
    private readonly meters: () => readonly LabelledMeter<Label>[],
  ) {
    super({ ...description, labelNames: [...description.labelNames], registers: [registry] });
  }

  /** Called by prom-client's registry when the metrics are scraped. */
  async getForPromString() {
    const { name, help } = this.description;
    const values = this.meters().flatMap((each) => valuesOf(name, each));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

/** Prometheus' buckets are cumulative: each includes those below it. */
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
