import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';

/**
 * The certificate and the key that APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY name; undefined: the server speaks
 * without TLS.
 *
 * @throws Error they cannot be read, or are not a certificate and its key; the message names the variable
 */
export async function readTls({ tlsCert, tlsKey }: Configuration): Promise<TlsCredentials | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const cert = await readPem('APPLEDGER_TLS_CERT', tlsCert);
  const key = await readPem('APPLEDGER_TLS_KEY', tlsKey);
  try {
    createSecureContext({ cert, key });
    assertTogether(cert, key);
  } catch (error) {
    throw new Error(
      `APPLEDGER_TLS_CERT ${tlsCert} and APPLEDGER_TLS_KEY ${tlsKey} must hold, as PEM, a certificate with its chain ` +
        `and its private key without a passphrase (${messageOf(error)})`,
    );
  }
  return { cert, key };
}

/** OpenSSL accepts a key of another type than the certificate's: only the handshakes would fail. */
function assertTogether(cert: Buffer, key: Buffer): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error("the key is not the certificate's");
  }
}

async function readPem(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(
      `${variable} names ${path}, which cannot be read: check the path and its permissions (${messageOf(error)})`,
    );
  }
}
