/** Base64 without padding, for gRPC's binary metadata and Connect's error details. */
export function base64Unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
