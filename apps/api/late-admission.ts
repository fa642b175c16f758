import type { Admission } from '#libs/engine/rpc/core/admission.js';

/** The admission of callers for parts that are made before it; nobody calls them until the server listens. */
export class LateAdmission implements Admission {
  /** The real one, as soon as there is one. */
  admission: Admission | undefined;

  admit(...request: Parameters<Admission['admit']>): ReturnType<Admission['admit']> {
    if (this.admission === undefined) throw new Error('the server has not started yet');
    return this.admission.admit(...request);
  }
}
