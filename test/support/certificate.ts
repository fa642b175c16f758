import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import { tempFolder } from './temp-folder.js';

const NAMES = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
] as const;

/** The paths of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for this machine that nobody vouches for, and its key, as files. */
export async function selfSignedCertificate(): Promise<CertificateFiles> {
  const folder = tempFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [...NAMES] }],
  });
  await Promise.all([writeFile(cert, pems.cert), writeFile(key, pems.private)]);
  return { cert, key };
}

/** What stands in the files. */
export async function readCertificate({ cert, key }: CertificateFiles): Promise<TlsCredentials> {
  return { cert: await readFile(cert), key: await readFile(key) };
}
