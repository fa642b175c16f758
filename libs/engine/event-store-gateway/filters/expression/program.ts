import type { UnitTest } from './character-class.js';
import type { Place } from './pattern.js';

/**
 * One step of a program. What an operation does stands in machine.ts. All have all members, so that they have one
 * shape in memory; what an operation does not use has its default.
 */
export interface Instruction {
  readonly operation: Operation;
  /** Where else to go on. */
  readonly target: number;
  /** The register that is read or written. */
  readonly register: number;
  readonly group: number;
  readonly min: number;
  readonly max: number;
  /** Lazy, or ignoring case. */
  readonly flag: boolean;
  /** 1, or -1 where the text is matched from right to left. */
  readonly step: 1 | -1;
  readonly test: UnitTest;
  readonly place: Place;
}

export type Operation =
  | 'unit'
  | 'units'
  | 'place'
  | 'fork'
  | 'jump'
  | 'startLoop'
  | 'loop'
  | 'again'
  | 'mark'
  | 'capture'
  | 'reference'
  | 'ifCaptured'
  | 'hold'
  | 'endAtomic'
  | 'endLook'
  | 'endNegativeLook'
  | 'fail'
  | 'found';

/** A compiled expression. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly registers: number;
  /** It can match at the beginning of the text alone: nothing is looked for further on. */
  readonly anchored: boolean;
}

/** The registers of a group, of which the first two are those of group 0: where its capture starts and ends. */
export function captureRegister(group: number): number {
  return group * 2;
}
