/** An LMDB file is not as LMDB has written it. The message says in which way. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** @throws FileFault the condition does not hold */
export function demand(holds: boolean, fault: string): asserts holds {
  if (!holds) throw new FileFault(fault);
}
