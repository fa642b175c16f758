/** The signature algorithms with a private key: whoever can verify with a shared secret can also sign. */
export const privateKeyAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
] as const;
