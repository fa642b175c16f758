import type { Log } from '#libs/engine/runtime/logger.js';

/**
 * Imports oidc-provider, which needs Node.js 22: on Node.js 20 it lacks one function, and warns on the console. The
 * function is added as the standard defines it, and the warning goes to the log
 * (docs/decisions/0046-development-issuer.md).
 */
export async function loadProvider(log: Log): Promise<typeof import('oidc-provider')> {
  const urls = URL as { parse?: (url: string, base?: string) => URL | null };
  urls.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
  const { warn } = console;
  console.warn = (message: unknown) => log.debug?.({ from: 'oidc-provider' }, String(message));
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
