import type { DescMethod, DescService } from '@bufbuild/protobuf';

/** A service that is served, and where REST finds it. */
export interface ServedService {
  readonly service: DescService;
  /** What the REST paths of its calls begin with, such as `/management/v1`; empty: the calls' options hold whole paths. */
  readonly restPrefix: string;
}

/** What a call asks of its caller. */
export interface AccessRule {
  /** undefined: nothing, not even that the caller is known. */
  readonly permission: string | undefined;
  /** The permission must hold everywhere, not only where the request says that it works. */
  readonly everywhere: boolean;
  /** The field of the request, by its local name, that holds the resource within which the permission must hold. */
  readonly scopeField: string | undefined;
}

/** Fields of an answer that become fields of a server-sent event, by their local names; undefined: the event has none. */
export interface EventFields {
  readonly id: string | undefined;
  readonly event: string | undefined;
}

/** The services that are served, and how the options of their calls are read. */
export interface ServedContract {
  readonly services: readonly ServedService[];
  /** Reads at start what a call asks of its caller. @throws Error the options say something that is not known */
  accessRule(method: DescMethod): AccessRule;
  /** Reads at start how the answers of a call that streams become server-sent events. Default: data alone. */
  eventFields?(method: DescMethod): EventFields;
}

/** The rule of a call that everybody may make. */
export const openToAll: AccessRule = { permission: undefined, everywhere: false, scopeField: undefined };

/** Events of server-sent events that have data alone. */
export const dataAlone: EventFields = { id: undefined, event: undefined };
