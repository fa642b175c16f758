import type { Code } from '#libs/engine/errors/code.js';
import { CANCELLED } from '#libs/engine/errors/code.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { outcomeNames } from './outcome-names.js';
import { type RequestHead, RequestRecord } from './request-record.js';

/** Health probes of load balancers and monitors. */
const PROBE = /^(GET|HEAD) \/debug\/|\/Healthz$|^Health\//;

/** Emits `close` once, when its request has ended, answered or not. */
interface Closing {
  /** The request of Node's response; a stream of HTTP/2 is its own request. */
  readonly req?: object;
  on(event: 'close', listener: () => void): unknown;
}

/**
 * Writes one line for each request when it closes: at level info, or at debug for health probes. A line holds no
 * header, body or query of the request, and so no secret.
 */
export class AccessLog {
  /** What was answered to requests in place of those who serve them. */
  readonly #refusals = new WeakMap<object, { readonly code: Code; readonly bytes: number }>();

  /** @param log undefined: no lines are written */
  constructor(private readonly log: Log | undefined) {}

  /** Whether lines are written. */
  get isOn(): boolean {
    return this.log !== undefined;
  }

  /**
   * Creates a request's record, whose line is written when the answer closes; undefined: no lines are written.
   *
   * @param settle is called before the line is written, to add facts from the answer itself
   */
  begin(head: () => RequestHead, answer: Closing, settle?: (record: RequestRecord) => void): RequestRecord | undefined {
    if (this.log === undefined) return undefined;
    const record = new RequestRecord(head());
    // Not `once`: removing the listener makes V8 keep each answer until the next full garbage collection.
    let isWritten = false;
    answer.on('close', () => {
      if (isWritten) return; // Node may close a pipelined answer once more.
      isWritten = true;
      settle?.(record);
      const refusal = this.#refusals.get(answer.req ?? answer);
      if (refusal !== undefined) record.sent(refusal.bytes, refusal.code);
      this.#write(record);
    });
    return record;
  }

  /** Writes the line of a request that is refused when only its head is known. */
  refused(head: RequestHead, code: Code, bytes: number): void {
    if (this.log === undefined) return;
    const record = new RequestRecord(head);
    record.sent(bytes, code);
    this.#write(record);
  }

  /**
   * Notes that a request that has a record is refused by another than who serves it: its line says so.
   *
   * @param request Node's request, or the stream of HTTP/2
   */
  refusedWhileServed(request: object, code: Code, bytes: number): void {
    this.#refusals.set(request, { code, bytes });
  }

  #write(record: RequestRecord): void {
    if (this.log === undefined) return;
    const fields = jsonFieldsOf(record);
    if (PROBE.test(record.head.method)) this.log.debug?.(JSON.parse(`{${fields}}`), 'request');
    else if (this.log.infoJson === undefined) this.log.info(JSON.parse(`{${fields}}`), 'request');
    else this.log.infoJson(fields, 'request');
  }
}

/** The fields of a request's line, as JSON. */
function jsonFieldsOf({ head, caller, outcome = CANCELLED, bytes, began }: RequestRecord): string {
  const { requestId, protocol, method, traceparent } = head;
  const trace = traceparent === undefined ? '' : `"traceId":"${traceparent.split('-')[1]}",`;
  const who = JSON.stringify(caller).slice(1, -1);
  const ms = Math.round((performance.now() - began) * 100) / 100;
  return (
    `"requestId":${JSON.stringify(requestId)},${trace}"protocol":"${protocol}","method":${JSON.stringify(method)},` +
    `${who === '' ? '' : `${who},`}"code":"${outcomeNames[outcome]}","ms":${ms},"bytes":${bytes}`
  );
}

/** Writes nothing. */
export const noAccessLog = new AccessLog(undefined);
