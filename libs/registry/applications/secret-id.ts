/** Two seeds of FNV-1a with 32 bits: the offset basis of the published function, and another one. */
const SEEDS = [0x811c9dc5, 0x9747b28c] as const;
const PRIME = 0x01000193;

/** The bits of the second hash that fit beside the first into a number that is exact. */
const LOW_BITS = 21;

/**
 * The id of a secret that version 0.1.0 stored without one: 18 decimal digits that follow from its hash, so that every
 * process derives the same. Unique within one application, which has 20 secrets at most.
 */
export function secretIdOf(secretHash: string): string {
  const [high, low] = SEEDS.map((seed) => fnv1a(secretHash, seed)) as [number, number];
  const number = high * 2 ** LOW_BITS + (low >>> (32 - LOW_BITS));
  return `1${String(number).padStart(17, '0')}`;
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}
