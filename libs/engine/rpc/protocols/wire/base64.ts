/** Base64 without padding, as gRPC's binary metadata and Connect's details are written. */
export function base64Unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
