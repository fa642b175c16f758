import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';

/** Nest injects what admits the callers of calls by it. */
export const ADMISSION = Symbol('Admission');

/** The permission to read every event. */
const READ_EVENTS = 'events.read';

/** Admits callers whose roles may read all events. @throws ContractError others */
export async function admitReader(admission: Admission, request: HttpRouteRequest): Promise<void> {
  const { requestId, headers, record } = request;
  const rule = { permission: READ_EVENTS, everywhere: true, scopeField: undefined };
  const remoteAddress = () => request.remoteAddress();
  await admission.admit(rule, { requestId, headers, record, remoteAddress, scope: () => undefined });
}
