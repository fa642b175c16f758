/** How far a rebuild has come on its way to the position at which the log ended when it started. */
export interface RebuildProgress {
  /** Positions in $all. */
  readonly from: bigint;
  readonly to: bigint;
  readonly now: bigint;
  /** Events read so far. */
  readonly events: number;
  /** Since the start of the rebuild. */
  readonly elapsedMs: number;
}

/**
 * A line that says how far a rebuild is. The number of events that are left is estimated from those that were read:
 * positions ascend with the events, with gaps.
 */
export function progressLine({ from, to, now, events, elapsedMs }: RebuildProgress): string {
  if (now <= from) return 'reading the first events';
  const done = to > from ? Math.min(1, Number(now - from) / Number(to - from)) : 1;
  const total = Math.round(events / done);
  const perSecond = elapsedMs > 0 ? (events * 1_000) / elapsedMs : 0;
  const secondsLeft = perSecond > 0 ? Math.ceil((total - events) / perSecond) : undefined;
  const left = secondsLeft === undefined ? '' : `, ${number(secondsLeft)} s left`;
  return `${number(events)} of about ${number(total)} events (${Math.floor(done * 100)} %), ${number(Math.round(perSecond))} a second${left}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
