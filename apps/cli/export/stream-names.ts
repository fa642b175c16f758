import { storeStream } from '#libs/engine/projector/store.events.js';
import { features } from '#libs/registry/features.js';

/** The name of a stream in an export; undefined: its events are left out. */
export type NameInExport = (stream: string) => string | undefined;

/**
 * The streams of Appledger, without the prefix of the installation: an export can be imported with another one. The
 * stream that identifies the event store is left out, because the target is another store.
 */
export function ownStreams(prefix: string): NameInExport {
  return (stream) => {
    if (!stream.startsWith(prefix)) return undefined;
    const name = stream.slice(prefix.length);
    return name !== storeStream && features.codec.streams.has(name) ? name : undefined;
  };
}

/** Every stream under its full name, without the one that identifies the event store. */
export function allStreams(prefix: string): NameInExport {
  return (stream) => (stream === prefix + storeStream ? undefined : stream);
}
