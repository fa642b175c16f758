const LENGTH_BYTES = 2;

/** The longest entry that a bundle can hold (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;

/** An entry bundle (C2SP tlog-tiles): each entry after its length in two bytes. @throws RangeError one is too long */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}
