import type { CodeUnitTest } from './character-class.js';
import type { Anchor } from './pattern.js';

/**
 * An instruction, which backtracking-matcher.ts executes. Every instruction has every member, so that all objects have
 * the same hidden class in V8; unused members have default values.
 */
export interface Instruction {
  readonly operation: Operation;
  /** Index of the instruction to jump to. */
  readonly target: number;
  /** The register to read or write. */
  readonly register: number;
  readonly captureGroup: number;
  readonly min: number;
  readonly max: number;
  /** Lazy, or ignore case. */
  readonly flag: boolean;
  /** 1, or -1 when matching from right to left. */
  readonly step: 1 | -1;
  readonly test: CodeUnitTest;
  readonly anchor: Anchor;
}

export type Operation =
  | 'codeUnit'
  | 'codeUnits'
  | 'anchor'
  | 'fork'
  | 'jump'
  | 'startLoop'
  | 'loop'
  | 'nextIteration'
  | 'startCapture'
  | 'endCapture'
  | 'backreference'
  | 'ifCaptured'
  | 'saveState'
  | 'endAtomic'
  | 'endLookaround'
  | 'endNegativeLookaround'
  | 'fail'
  | 'match';

/** A compiled expression. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly registers: number;
  /** Can match at the start of the text only, so that no other start is tried. */
  readonly anchored: boolean;
}

/** The first of the two registers of a group: start and end of its capture. Group 0 has the first two. */
export function captureRegister(captureGroup: number): number {
  return captureGroup * 2;
}
