import { status } from '@grpc/grpc-js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { authorizationOf, credentialsDigest, type GatewayUser, isKnownUser, userNameIn } from './access.js';
import { AuthenticationThrottle } from './authentication-throttle.js';
import type { GrpcCall } from './grpc/grpc-call.js';
import { GatewayError } from './grpc-errors.js';

/** Interval at which the number of calls refused without a check is logged. */
const LOG_EVERY_MS = 1_000;

/** The result of checking credentials; `unchecked` if too many failed authentications are queued. */
type CheckResult = 'right' | 'wrong' | 'unchecked';

/**
 * Checks the credentials of every call before its handler runs. A call with wrong credentials is logged and delayed;
 * then its handler refuses it. Other calls are not delayed by it.
 */
export function authentication(users: readonly GatewayUser[], logger: Log) {
  const guard = new Authenticator(users, logger);
  return (call: GrpcCall, serve: () => void): void => {
    const verdict = guard.check(call);
    if (verdict === 'right') serve();
    else if (verdict === 'wrong') guard.delay(serve);
    else call.fail(tooManyFailures());
  };
}

class Authenticator {
  readonly #throttle = new AuthenticationThrottle();
  /** Digests of credentials that were correct before, at most one per user. */
  readonly #knownDigests = new Set<string>();
  #unchecked = 0;

  constructor(
    private readonly users: readonly GatewayUser[],
    private readonly logger: Log,
  ) {}

  check({ headers, path, peer }: GrpcCall): CheckResult {
    const authorization = authorizationOf(headers);
    if (authorization === undefined) return 'right';
    if (!this.#throttle.hasRoom && !this.#knownDigests.has(credentialsDigest(authorization))) {
      this.#countUnchecked();
      return 'unchecked';
    }
    if (isKnownUser(this.users, authorization)) {
      this.#knownDigests.add(credentialsDigest(authorization));
      return 'right';
    }
    const name = userNameIn(authorization);
    // Some clients send the password as the name, so only the names of existing users are logged.
    const user = this.users.some((known) => known.name === name) ? name : 'unknown';
    this.logger.warn({ user, method: path, peer }, 'a call to the gateway had wrong credentials');
    return 'wrong';
  }

  delay(answer: () => void): void {
    this.#throttle.delay(performance.now(), answer);
  }

  #countUnchecked(): void {
    this.#unchecked += 1;
    if (this.#unchecked > 1) return;
    setTimeout(() => {
      this.logger.warn(
        { calls: this.#unchecked },
        'calls to the gateway were refused without checking their credentials: too many failed authentications',
      );
      this.#unchecked = 0;
    }, LOG_EVERY_MS).unref();
  }
}

function tooManyFailures(): GatewayError {
  return new GatewayError(status.RESOURCE_EXHAUSTED, 'too many failed authentications: try again in a minute', {
    exception: 'access-denied',
  });
}
