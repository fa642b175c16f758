import { isIP } from 'node:net';
import type { Configuration } from './configuration-variables.js';

/**
 * The variables that are valid alone and cannot be used together: one sentence for each contradiction, which says what
 * to change. A value that could not be parsed is undefined here and contradicts nothing.
 */
export function contradictions(configuration: Partial<Configuration>): readonly string[] {
  return [
    ...portContradictions(configuration),
    ...tlsContradictions(configuration),
    ...issuerContradictions(configuration),
    ...issuerClientContradictions(configuration),
    ...gatewayContradictions(configuration),
    ...gatewayTlsContradictions(configuration),
    ...rateContradictions(configuration),
    ...projectionContradictions(configuration),
  ];
}

/** Whether a host is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function portContradictions({ port, debugPort }: Partial<Configuration>): readonly string[] {
  if (debugPort === undefined || debugPort === 0 || debugPort !== port) return [];
  return ['APPLEDGER_DEBUG_PORT is the same as APPLEDGER_PORT: choose another, or unset it to serve /debug there'];
}

function tlsContradictions({ tlsCert, tlsKey }: Partial<Configuration>): readonly string[] {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return [];
  return ['APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY go together: set both, or neither to serve without TLS'];
}

function projectionContradictions({ projections, mongoDbUrl }: Partial<Configuration>): readonly string[] {
  if (projections !== false || mongoDbUrl !== undefined) return [];
  return [
    'APPLEDGER_PROJECTIONS is off, and no other process can run the projections of an embedded read model: ' +
      'set APPLEDGER_MONGODB_URL, or leave it on',
  ];
}

function issuerContradictions(configuration: Partial<Configuration>): readonly string[] {
  const { host, issuer, audience, allowRemoteDevelopmentIssuer } = configuration;
  if ((issuer === undefined) !== (audience === undefined)) {
    return ['APPLEDGER_ISSUER and APPLEDGER_AUDIENCE go together: set both, or neither for the development issuer'];
  }
  if (host !== undefined && issuer === undefined && !isLoopback(host) && !allowRemoteDevelopmentIssuer) {
    return [
      `APPLEDGER_HOST is ${JSON.stringify(host)}, which others can reach, and the development issuer gives a token to everyone who can read its key: ` +
        'set APPLEDGER_ISSUER and APPLEDGER_AUDIENCE, or APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER=true if you accept that',
    ];
  }
  return [];
}

function issuerClientContradictions(configuration: Partial<Configuration>): readonly string[] {
  const { issuer, issuerClientId, issuerClientSecret, issuerIntrospectionUrl } = configuration;
  if ((issuerClientId === undefined) !== (issuerClientSecret === undefined)) {
    return [
      'APPLEDGER_ISSUER_CLIENT_ID and APPLEDGER_ISSUER_CLIENT_SECRET go together: set both, or neither to accept JWTs only',
    ];
  }
  if (issuerClientId !== undefined && issuer === undefined) {
    return ['APPLEDGER_ISSUER_CLIENT_ID goes with APPLEDGER_ISSUER: set both, or neither for the development issuer'];
  }
  if (issuerIntrospectionUrl === undefined || issuerClientId !== undefined) return [];
  return ['APPLEDGER_ISSUER_INTROSPECTION_URL goes with APPLEDGER_ISSUER_CLIENT_ID: set both, or unset the URL'];
}

function gatewayContradictions({ gatewayHost, gatewayPort, gatewayUsers }: Partial<Configuration>): readonly string[] {
  if (gatewayPort === 'off' || gatewayHost === undefined || isLoopback(gatewayHost)) return [];
  if (gatewayUsers !== undefined) return [];
  return [
    `APPLEDGER_GATEWAY_HOST is ${JSON.stringify(gatewayHost)}, which others can reach, and every client could read all events: ` +
      'set APPLEDGER_GATEWAY_USERS, or use 127.0.0.1',
  ];
}

function gatewayTlsContradictions(configuration: Partial<Configuration>): readonly string[] {
  const { gatewayPort, gatewayTls, tlsCert, tlsKey } = configuration;
  // If only one of the two is set, tlsContradictions reports it.
  if (gatewayPort === 'off' || !gatewayTls || tlsCert !== undefined || tlsKey !== undefined) return [];
  return [
    'APPLEDGER_GATEWAY_TLS goes with APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY: ' +
      'set all three, or leave it off to serve the gateway without TLS',
  ];
}

function rateContradictions({ rateLimit, rateBurst }: Partial<Configuration>): readonly string[] {
  if (rateBurst === undefined || rateLimit !== undefined) return [];
  return ['APPLEDGER_RATE_BURST goes with APPLEDGER_RATE_LIMIT: set both, or the limit alone'];
}
