import type { DescMethod, DescService } from '@bufbuild/protobuf';

/** A service to serve, and its REST prefix. */
export interface ServedService {
  readonly service: DescService;
  /** The prefix of its REST paths, such as `/management/v1`; empty: the calls' options contain whole paths. */
  readonly restPrefix: string;
}

/** The access rule of a call. */
export interface AccessRule {
  /** The required permission; undefined: none, not even authentication. */
  readonly permission: string | undefined;
  /** The permission must hold globally, not only in the organization of the request. */
  readonly everywhere: boolean;
  /** The field of the request, by its local name, that holds the resource within which the permission must hold. */
  readonly scopeField: string | undefined;
  /** The kind of that resource, where calls name resources of several kinds; undefined: the usual one. */
  readonly scopeKind?: string | undefined;
}

/**
 * Local names of the answer's fields that become fields of a server-sent event; undefined: the event has no such field.
 */
export interface EventFields {
  readonly id: string | undefined;
  readonly event: string | undefined;
  /** A field that holds a message, which is the data of the event; undefined, or not set: the whole answer is. */
  readonly data?: string | undefined;
  /** When a client that was disconnected connects again, in milliseconds; undefined: the client decides. */
  readonly retryMs?: number | undefined;
}

/** The services to serve, and how the options of their calls are read. */
export interface ServedContract {
  readonly services: readonly ServedService[];
  /** Reads the access rule of a call, at start. @throws Error the options contain an unknown value */
  accessRule(method: DescMethod): AccessRule;
  /** Reads how the answers of a streaming call become server-sent events, at start. Default: only data. */
  eventFields?(method: DescMethod): EventFields;
}

/** The access rule of a public call. */
export const openToAll: AccessRule = { permission: undefined, everywhere: false, scopeField: undefined };

/** Server-sent events with only data. */
export const dataAlone: EventFields = { id: undefined, event: undefined };
