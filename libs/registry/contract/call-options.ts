import { type DescMessage, type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { type AccessRule, dataAlone, type EventFields } from '#libs/engine/rpc/core/contract.js';
import { access, event_stream } from './gen/appledger/v1/options_pb.js';

/** The kind of scope of a call that names an application: the project of that application is the scope. */
export const APPLICATION_SCOPE = 'application';

/**
 * The access that a call of Appledger's own services requires, as the option appledger.v1.access states it.
 *
 * @throws Error the option is missing, or names a field that the request does not have, or two scopes
 */
export function accessRule(method: DescMethod): AccessRule {
  if (!hasOption(method, access)) {
    throw new Error(`${method} must say who may call it: add the option appledger.v1.access`);
  }
  const { permission, everywhere, projectField, applicationField } = getOption(method, access);
  if (projectField !== '' && applicationField !== '') {
    throw new Error(`${method} must name a project or an application in the option appledger.v1.access, not both`);
  }
  return {
    permission: permission || undefined,
    everywhere,
    scopeField: localName(method, method.input, projectField || applicationField),
    ...(applicationField !== '' && { scopeKind: APPLICATION_SCOPE }),
  };
}

/** The fields of an answer that become fields of a server-sent event. @throws Error the answer does not have them */
export function eventFields(method: DescMethod): EventFields {
  if (!hasOption(method, event_stream)) return dataAlone;
  const { idField, eventField, dataField, retryMs } = getOption(method, event_stream);
  const { output } = method;
  return {
    id: localName(method, output, idField),
    event: localName(method, output, eventField),
    data: localName(method, output, dataField),
    retryMs: retryMs || undefined,
  };
}

/** The local name of a field; undefined for the empty name. */
function localName(method: DescMethod, { fields, typeName }: DescMessage, name: string): string | undefined {
  if (name === '') return undefined;
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`an option of ${method} names the field ${name}, which ${typeName} lacks`);
  return field.localName;
}
