import type { FastifyInstance } from 'fastify';
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import type { TokenExpectations } from '../issued-tokens.js';
import { type PasswordUser, passwordUsersOf } from './development-users.js';
import {
  createIssuerRecord,
  type IssuerRecord,
  newIssuerRecord,
  readIssuerRecord,
  writeIssuerRecord,
} from './issuer-file.js';
import { ensureMachineKey, machineKeyFile } from './machine-user-key.js';
import { mintToken, type TokenRequest } from './mint-token.js';
import { OAUTH_PATHS } from './oauth/oauth-paths.js';
import { type OAuthRoutes, oauthRoutes } from './oauth/oauth-routes.js';
import type { OAuthParts } from './oauth/oauth-server.js';

/** The audience of the development issuer's tokens. */
export const DEVELOPMENT_AUDIENCE = 'appledger';

/** What the routes need besides the issuer. */
export interface IssuerRoutes extends Pick<OAuthParts, 'clients' | 'records' | 'log'>, Pick<OAuthRoutes, 'isLocal'> {
  /** The addresses on which the server listens, once it does. */
  ownUrls(): readonly string[];
}

/**
 * Signs tokens with a key of its own, kept in a file, so that the server can be tried without an identity provider.
 * Several servers that use one file are one issuer. Whoever can read the file can sign a token for any user: do not use
 * it on a server that others can reach.
 */
export class DevelopmentIssuer {
  readonly #keys: JWTVerifyGetKey;
  #record: IssuerRecord;

  private constructor(
    private readonly path: string,
    record: IssuerRecord,
    private readonly clock: Clock,
    private readonly isShared: boolean,
  ) {
    this.#record = record;
    this.#keys = createLocalJWKSet({ keys: [this.#publicKey()] });
  }

  /**
   * Reads the issuer's key and ids from its file; generates them on the first start.
   *
   * @param sharedIssuer the issuer in the tokens of servers that share the file, unless the file names one already;
   *   undefined: this server alone uses the file
   */
  static async open(
    path: string,
    nextId: IdGenerator,
    clock: Clock,
    sharedIssuer?: string,
  ): Promise<DevelopmentIssuer> {
    const isShared = sharedIssuer !== undefined;
    const named = isShared && { issuer: sharedIssuer, audience: DEVELOPMENT_AUDIENCE };
    const record =
      (await readIssuerRecord(path)) ??
      (await createIssuerRecord(path, { ...(await newIssuerRecord(nextId)), ...named }));
    return new DevelopmentIssuer(path, record, clock, isShared);
  }

  /** The ids of the first organization, user and project. */
  get first(): Pick<IssuerRecord, 'organization' | 'user' | 'project'> {
    return this.#record;
  }

  /** The issuer, audience and keys that the token verifier must expect. @throws Error before {@link serveAt} */
  readonly expectations = (): TokenExpectations => {
    const { issuer, audience } = this.#record;
    if (issuer === undefined || audience === undefined) throw new Error('the development issuer does not serve yet');
    return { issuer, audience, keys: this.#keys };
  };

  /**
   * Stores the server's own address, which is the issuer of its tokens, in this process and in the file, where other
   * processes that sign tokens read it. The issuer of a shared file does not change.
   *
   * @param baseUrl such as `http://127.0.0.1:8080`, without a slash at the end
   * @param readOnly the file cannot be written: the address is stored in this process alone
   */
  async serveAt(baseUrl: string, readOnly = false): Promise<void> {
    if (this.isShared && this.#record.issuer !== undefined && this.#record.audience !== undefined) return;
    if (this.#record.issuer === baseUrl && this.#record.audience === DEVELOPMENT_AUDIENCE) return;
    this.#record = { ...this.#record, issuer: baseUrl, audience: DEVELOPMENT_AUDIENCE };
    if (!readOnly) await writeIssuerRecord(this.path, this.#record);
  }

  /** The users who can sign in, with their passwords. */
  get users(): readonly PasswordUser[] {
    return passwordUsersOf(this.#record);
  }

  /** The path of the key with which the machine user signs assertions. */
  get machineKeyFile(): string {
    return machineKeyFile(this.path);
  }

  /** Creates the key of the machine user, unless it exists. @throws Error its file cannot be written */
  ensureMachineKey(): Promise<void> {
    return ensureMachineKey(this.machineKeyFile, this.#record);
  }

  /** Signs a token. @throws Error before {@link serveAt}, or when a PROJECT_* role comes without a project */
  mintToken(request: TokenRequest = {}): Promise<string> {
    return mintToken(this.#record, request, this.clock);
  }

  /** Serves sign-in and tokens (OAuth 2.0, OpenID Connect), and the public key. */
  registerRoutes(fastify: FastifyInstance, { isLocal, ownUrls, ...parts }: IssuerRoutes): void {
    fastify.get(OAUTH_PATHS.keys, async () => ({ keys: [this.#publicKey()] }));
    oauthRoutes(fastify, {
      isLocal,
      keys: this.#keys,
      parts: () => {
        const { issuer, audience } = this.expectations();
        const record = { ...this.#record, issuer, audience };
        return {
          ...parts,
          record,
          machineKey: this.machineKeyFile,
          ownUrls: [issuer, ...ownUrls()],
          clock: this.clock,
        };
      },
    });
  }

  #publicKey(): JWK {
    const { d: _, ...publicKey } = this.#record.privateKey;
    return publicKey;
  }
}
