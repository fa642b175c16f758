/** How far a reader of events is on its way to where the log ended when it started. */
export interface Way {
  /** Positions in $all. */
  readonly from: bigint;
  readonly to: bigint;
  readonly now: bigint;
  /** Read so far. */
  readonly events: number;
  /** Since the start. */
  readonly elapsedMs: number;
}

/**
 * A line that tells how far the way is done. How many events lie ahead is reckoned from those behind: positions ascend
 * with the events, if not by one each.
 */
export function progressLine({ from, to, now, events, elapsedMs }: Way): string {
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
