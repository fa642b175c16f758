import { type Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { authorizationOf, credentialsDigest, type GatewayUser, isOneOf, userNameIn } from './access.js';
import { GatewayError } from './grpc-errors.js';
import { WrongPasswords } from './wrong-passwords.js';

/** Calls that are refused unchecked are logged together, once in this time. */
const LOG_EVERY_MS = 1_000;

/** What a call with credentials comes to: right, wrong, or not looked at because too many wrong ones wait. */
type Verdict = 'right' | 'wrong' | 'unchecked';

/**
 * Looks at the credentials of every call before its handler does. Wrong ones are logged and wait for their turn; then
 * the handler refuses them in its own words. What waits holds nobody else up.
 */
export function passwordGuard(users: readonly GatewayUser[], logger: Log): ServerInterceptor {
  const guard = new PasswordGuard(users, logger);
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, goOn) {
            const verdict = guard.judge(metadata, { method: method.path, peer: call.getPeer() });
            if (verdict === 'right') goOn(metadata);
            else if (verdict === 'wrong') guard.delay(() => goOn(metadata));
            else call.sendStatus(tooMany());
          },
        }),
    });
}

class PasswordGuard {
  readonly #wrong = new WrongPasswords();
  /** Digests of credentials that were right: no more than there are users. */
  readonly #known = new Set<string>();
  #unchecked = 0;

  constructor(
    private readonly users: readonly GatewayUser[],
    private readonly logger: Log,
  ) {}

  judge(metadata: Metadata, call: { readonly method: string; readonly peer: string }): Verdict {
    const authorization = authorizationOf(metadata);
    if (authorization === undefined) return 'right';
    if (!this.#wrong.hasRoom && !this.#known.has(credentialsDigest(authorization))) {
      this.#countUnchecked();
      return 'unchecked';
    }
    if (isOneOf(this.users, authorization)) {
      this.#known.add(credentialsDigest(authorization));
      return 'right';
    }
    const name = userNameIn(authorization);
    // Some put the password where the name belongs: only a name that is known to be one is written down.
    const user = this.users.some((known) => known.name === name) ? name : 'unknown';
    this.logger.warn({ user, ...call }, 'a call to the gateway came with a wrong password');
    return 'wrong';
  }

  delay(answer: () => void): void {
    this.#wrong.add(performance.now(), answer);
  }

  #countUnchecked(): void {
    this.#unchecked += 1;
    if (this.#unchecked > 1) return;
    setTimeout(() => {
      this.logger.warn({ calls: this.#unchecked }, 'calls to the gateway were refused: too many wrong passwords came');
      this.#unchecked = 0;
    }, LOG_EVERY_MS).unref();
  }
}

function tooMany(): GatewayError {
  return new GatewayError(status.RESOURCE_EXHAUSTED, 'too many wrong passwords came: try again in a minute', {
    exception: 'access-denied',
  });
}
