/*
 * What every server of gRPC needs of its protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
 */

/** A frame is a byte of flags, the length in four bytes, and the message. */
export const FRAME_HEAD_BYTES = 5;

const TIMEOUT = /^(\d{1,8})([HMSmun])$/;

/** Milliseconds in each unit of a grpc-timeout. */
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };

/** The time in a header grpc-timeout, in milliseconds; undefined: it is not valid. */
export function timeoutIn(header: string): number | undefined {
  const [, amount, unit = ''] = TIMEOUT.exec(header) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 1);
}

/** A text as a grpc-message: printable ASCII except the percent sign stays, other UTF-8 bytes are percent-encoded. */
export function percentEncoded(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\x20-\x24\x26-\x7e]+/g, (run) =>
      Array.from(Buffer.from(run), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    );
}
