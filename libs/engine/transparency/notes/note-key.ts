import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { fromBase64 } from './base64.js';

/** What a key signs: notes (C2SP signed-note), or the checkpoints of another log (C2SP tlog-cosignature). */
export type KeyKind = 'note' | 'cosignature';

const ALGORITHMS: Readonly<Record<KeyKind, number>> = { note: 0x01, cosignature: 0x04 };
const KEY_BYTES = 32;
const ID_BYTES = 4;

/** What comes before the 32 bytes of an Ed25519 key in PKCS#8 and in SPKI (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** The name of a key: not empty, without blanks and plus signs. */
export const KEY_NAME = /^[^\s+\p{Cc}]+$/u;

/** Checks signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly kind: KeyKind;
  /** The four bytes that stand before each signature. */
  readonly id: Buffer;
  /** The key as others write it: `name+id+base64`. */
  readonly text: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Signs with one key. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  /** The private key, in the form that {@link parseSigner} takes. */
  readonly text: string;
  sign(message: Uint8Array): Buffer;
}

/** Generates a key. @param name the default is made of the key itself */
export function generateSigner(name: string | undefined, nameOf: (publicKey: Uint8Array) => string): NoteSigner {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8.length);
  return signerOf(name ?? nameOf(rawPublic(createPublicKey(privateKey))), seed, 'note');
}

/** A key that signs cosignatures, made of 32 secret bytes. */
export function cosignerOf(name: string, seed: Uint8Array): NoteSigner {
  return signerOf(name, seed, 'cosignature');
}

/** Parses a private key `PRIVATE+KEY+name+id+base64`; undefined: it is none. */
export function parseSigner(text: string): NoteSigner | undefined {
  const [, name, id, bytes] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  if (name === undefined || !KEY_NAME.test(name)) return undefined;
  const key = fromBase64(bytes ?? '');
  if (key?.length !== 1 + KEY_BYTES || key[0] !== ALGORITHMS.note) return undefined;
  const signer = signerOf(name, key.subarray(1), 'note');
  return signer.verifier.id.toString('hex') === id ? signer : undefined;
}

/** Parses a verifier key `name+id+base64`; undefined: it is none. */
export function parseVerifier(text: string): NoteVerifier | undefined {
  const [, name, id, bytes] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  if (name === undefined || !KEY_NAME.test(name)) return undefined;
  const key = fromBase64(bytes ?? '');
  const kind = (['note', 'cosignature'] as const).find((one) => ALGORITHMS[one] === key?.[0]);
  if (kind === undefined || key?.length !== 1 + KEY_BYTES) return undefined;
  const verifier = verifierOf(name, key.subarray(1), kind);
  return verifier.id.toString('hex') === id ? verifier : undefined;
}

function signerOf(name: string, seed: Uint8Array, kind: KeyKind): NoteSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const verifier = verifierOf(name, rawPublic(createPublicKey(key)), kind);
  const bytes = Buffer.from([ALGORITHMS[kind], ...seed]).toString('base64');
  return {
    verifier,
    text: `PRIVATE+KEY+${name}+${verifier.id.toString('hex')}+${bytes}`,
    sign: (message) => sign(null, message, key),
  };
}

function verifierOf(name: string, raw: Uint8Array, kind: KeyKind): NoteVerifier {
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  const encoded = Buffer.from([ALGORITHMS[kind], ...raw]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), encoded]), 'buffer').subarray(0, ID_BYTES);
  return {
    name,
    kind,
    id,
    text: `${name}+${id.toString('hex')}+${encoded.toString('base64')}`,
    verify: (message, signature) => verify(null, message, key, signature),
  };
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(SPKI.length);
}
