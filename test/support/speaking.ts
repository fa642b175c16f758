import { tokenWith } from './api.js';
import { type Appledger, startAppledger } from './appledger.js';
import { type Speaker, speakersOf } from './speakers.js';

/** A running server, and clients of every protocol whose caller may do everything. */
export interface Speaking {
  readonly appledger: Appledger;
  readonly speakers: readonly Speaker[];
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the clients' connections. */
  close(): void;
}

/** Starts a server, and clients of every protocol. */
export async function startSpeaking(env: Readonly<Record<string, string>> = {}): Promise<Speaking> {
  const appledger = await startAppledger({ env });
  const { development, server } = appledger;
  const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
  return { appledger, headers: { authorization: `Bearer ${token}` }, ...speakersOf(server.url) };
}
