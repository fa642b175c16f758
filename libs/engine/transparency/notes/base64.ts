/** The bytes that a text is the base64 of; undefined: it is not the one form that these bytes have in base64. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
