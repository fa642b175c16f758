import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { createOwnerFile } from '#libs/engine/runtime/owner-file.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { derivedSecret, keyIdOf } from './signing-secrets.js';

/** The file of the key, in the data folder. */
const FILE = 'webhooks-key.json';

const KEY_BYTES = 32;

/** A signing secret as an event names it. */
interface NamedSecret {
  readonly secretId: string;
  readonly keyId: string;
}

/**
 * The server's keys, from which the signing secrets of webhooks are derived: those of APPLEDGER_WEBHOOKS_KEY, or else,
 * where this process alone writes the events, one in a file of the data folder, which is made when it is first needed.
 */
@Injectable()
export class WebhookKeys implements OnModuleInit {
  #keys: ReadonlyMap<string, Buffer> = new Map();
  readonly #making = new SharedCalls<string>();
  /** undefined: keys are configured, or several processes write the events. */
  readonly #file: string | undefined;

  constructor(
    @Inject(CONFIGURATION)
    { webhooksKey, eventStoreUrl, dataDir }: Pick<Configuration, 'webhooksKey' | 'eventStoreUrl' | 'dataDir'>,
  ) {
    this.#file = webhooksKey === undefined && eventStoreUrl === undefined ? join(dataDir, FILE) : undefined;
    this.#use(webhooksKey ?? []);
  }

  /** @throws Error the file of the key is damaged or cannot be read */
  async onModuleInit(): Promise<void> {
    await this.#read();
  }

  /**
   * The id of the key that makes new secrets; undefined: there is none, and the server may not make one.
   *
   * @throws Error the file of the key cannot be written
   */
  async current(): Promise<string | undefined> {
    const [known] = this.#keys.keys();
    if (known !== undefined || this.#file === undefined) return known;
    const file = this.#file;
    return this.#making.ask('', async () => {
      await createOwnerFile(file, { key: randomBytes(KEY_BYTES).toString('base64') });
      await this.#read();
      const [made] = this.#keys.keys();
      if (made === undefined) throw new Error(`${file} was removed while it was made: try again`);
      return made;
    });
  }

  /** A signing secret in the form of Standard Webhooks (`whsec_…`); undefined: the server no longer has its key. */
  secretOf(webhookId: string, { secretId, keyId }: NamedSecret): string | undefined {
    const key = this.#keys.get(keyId);
    return key && derivedSecret(key, webhookId, secretId);
  }

  async #read(): Promise<void> {
    if (this.#file === undefined) return;
    const text = await textOf(this.#file);
    if (text === undefined) return;
    const key = keyIn(text);
    if (key === undefined) {
      throw new Error(
        `${this.#file} is damaged: restore it from a back-up, or delete it and rotate the secret of each webhook`,
      );
    }
    this.#use([key]);
  }

  #use(keys: readonly Buffer[]): void {
    this.#keys = new Map(keys.map((key) => [keyIdOf(key), key]));
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${path} cannot be read (${code}): make it readable for this user`, { cause });
  }
}

function keyIn(text: string): Buffer | undefined {
  try {
    const { key } = JSON.parse(text) as { readonly key?: unknown };
    const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : undefined;
    return bytes?.length === KEY_BYTES ? bytes : undefined;
  } catch {
    return undefined;
  }
}
