import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { PublicEvents } from '#libs/registry/shared/features/public-events.js';

/** A value of JSON. */
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * An event in the form in which subscribers get it, whichever way it reaches them: the attributes of CloudEvents 1.0,
 * with the types of appledger.v1.CloudEvent. An empty text is an attribute that is left out.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: { readonly seconds: bigint; readonly nanos: number };
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  readonly sequence: bigint;
  readonly position: bigint;
  readonly resourceowner: string;
  readonly editor: string;
  readonly correlationid: string;
  /** Empty: no reason was given. */
  readonly reason: string;
  readonly data: { [name: string]: Json };
}

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** What the envelope of an event says of the installation. */
export interface EnvelopeOrigin {
  /** The URI of the event log, from {@link sourceOf}. */
  readonly source: string;
  /** The URL of the server, at which the schemas are; undefined: it is not known, and events do not name their schema. */
  readonly serverUrl: string | undefined;
}

/** The path of the JSON Schema of a public type. */
export function schemaPath(publicName: string): string {
  return `/appledger/v1/event-types/${publicName}/schema`;
}

/**
 * The URI of an event log: with the id of an event it identifies the event everywhere (CloudEvents 1.0, "source"). It is
 * independent of the server's address.
 *
 * @param identity a UUID, followed by the prefix of the streams where the log is shared; undefined: the log has none
 */
export function sourceOf(identity: string | undefined): string {
  const [uuid, ...prefix] = (identity ?? '00000000-0000-0000-0000-000000000000').split(' ');
  return `urn:uuid:${uuid}${prefix.length === 0 ? '' : `#${encodeURIComponent(prefix.join(' '))}`}`;
}

/**
 * Puts a public event into its envelope: CloudEvents 1.0, with the extensions sequence, position, resourceowner, editor,
 * correlationid and reason. The data are without what is hidden from clients.
 *
 * @throws Error the event is not public
 */
export function cloudEvent(event: DecodedEvent, publicEvents: PublicEvents, origin: EnvelopeOrigin): CloudEvent {
  const { id, type, stream, revision, position, data, meta } = event;
  const name = publicEvents.nameOf(type) ?? '';
  const at = Date.parse(meta.occurredAt);
  return {
    specversion: '1.0',
    id,
    source: origin.source,
    type: name,
    subject: publicEvents.aggregateOf(stream)?.id ?? '',
    time: { seconds: BigInt(Math.floor(at / MS_PER_SECOND)), nanos: modulo(at, MS_PER_SECOND) * NANOS_PER_MS },
    datacontenttype: 'application/json',
    dataschema: origin.serverUrl === undefined ? '' : origin.serverUrl + schemaPath(name),
    sequence: revision + 1n,
    position,
    resourceowner: meta.resourceOwner,
    editor: meta.editor.user,
    correlationid: meta.$correlationId,
    reason: meta.reason ?? '',
    data: publicEvents.dataOf(type, data) as CloudEvent['data'],
  };
}

/** The remainder, which is not negative: times before 1970 are. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
