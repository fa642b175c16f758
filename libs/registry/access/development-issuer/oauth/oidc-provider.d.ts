/** The part of oidc-provider that the development issuer and the benchmark use; the package has no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  /** A pending authorization request that waits for the user. */
  export interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string; readonly details: Readonly<Record<string, unknown>> };
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly session?: { readonly accountId: string };
    readonly grantId?: string;
  }

  export interface Client {
    readonly clientId: string;
    readonly clientName?: string;
    redirectUriAllowed(uri: string): boolean;
    postLogoutRedirectUriAllowed(uri: string): boolean;
  }

  export interface Grant {
    readonly accountId: string;
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    /** @returns the id */
    save(): Promise<string>;
  }

  export interface AccessToken {
    readonly accountId?: string;
    readonly clientId: string;
    readonly scope?: string;
    readonly expiration: number;
    resourceServer: object;
    /** @returns the token */
    save(): Promise<string>;
  }

  /** The request that the provider handles: Koa's context. */
  export interface ProviderContext {
    type: string;
    body: unknown;
    readonly path: string;
    set(header: string, value: string): void;
    readonly oidc: {
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly client: Client;
      readonly session: { readonly accountId?: string; grantIdFor(clientId: string): string | undefined };
      readonly result?: { readonly consent?: { readonly grantId?: string } };
      readonly entities: Readonly<Record<string, { readonly scope?: string } | undefined>>;
    };
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    /** Whether the X-Forwarded-* headers are trusted. */
    proxy: boolean;
    readonly Client: { readonly prototype: Client; find(id: string): Promise<Client | undefined> };
    readonly Grant: { new (properties: object): Grant; find(id: string): Promise<Grant | undefined> };
    readonly AccessToken: new (
      properties: object,
    ) => AccessToken;
    readonly ResourceServer: new (
      identifier: string,
      info: object,
    ) => object;
    callback(): RequestListener;
    on(event: string, listener: (ctx: ProviderContext, error: Error) => void): this;
    registerGrantType(name: string, handler: (ctx: ProviderContext) => Promise<void>, params: readonly string[]): void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }

  export const errors: {
    readonly InvalidGrant: new (detail: string) => Error;
    readonly SessionNotFound: new () => Error;
    readonly CustomOIDCProviderError: new (error: string, description: string) => Error;
  };
}
