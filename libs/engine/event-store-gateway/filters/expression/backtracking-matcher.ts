import { anchorHolds } from './anchors.js';
import { StepsExhaustedError } from './expression-errors.js';
import { captureRegister, type Instruction, type Program } from './program.js';
import { lowerCase } from './unicode-tables.js';

/** The value of a register that was not written. */
const UNSET = -1;

/** Instead of the next instruction: this path has failed. */
const FAILED = -1;

/** Maximum number of backtracking points, and of values to restore; above it the match is aborted. */
const MAX_BACKTRACKING_POINTS = 250_000;

/** A backtracking point: where matching continues when the current path fails. */
interface BacktrackingPoint {
  readonly at: number;
  readonly position: number;
  /** For `codeUnits`: number of code units taken so far. */
  readonly taken: number;
  /** Length of the undo log when the point was created. */
  readonly undoLength: number;
}

/** Steps that are left; shared by all names of a page. */
export interface StepBudget {
  left: number;
}

/**
 * Matches by backtracking, in the order in which .NET tries alternatives. Backtracking points are kept in an array
 * instead of on the call stack, so that long texts cannot overflow it. Register values are logged before they are
 * overwritten, and restored when the matcher backtracks.
 */
export class BacktrackingMatcher {
  readonly #program: Program;
  readonly #registers: Int32Array;
  #points: BacktrackingPoint[] = [];
  #undoLog: number[] = [];
  #text = '';
  #position = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#registers = new Int32Array(program.registers).fill(UNSET);
  }

  /**
   * Whether the expression matches anywhere in the text.
   *
   * @throws StepsExhaustedError the steps are used up
   */
  matches(text: string, steps: StepBudget): boolean {
    this.#text = text;
    const lastStart = this.#program.anchored ? 0 : text.length;
    try {
      for (let start = 0; start <= lastStart; start += 1) {
        this.#position = start;
        if (this.#run(steps)) return true;
      }
      return false;
    } finally {
      this.#restore(0);
      this.#points = [];
      this.#undoLog = [];
    }
  }

  #run(steps: StepBudget): boolean {
    const { instructions } = this.#program;
    let at = 0;
    for (;;) {
      steps.left -= 1;
      if (
        steps.left < 0 ||
        this.#points.length > MAX_BACKTRACKING_POINTS ||
        this.#undoLog.length > MAX_BACKTRACKING_POINTS
      ) {
        throw new StepsExhaustedError('the expression takes too many steps');
      }
      const instruction = instructions[at] as Instruction;
      if (instruction.operation === 'match') return true;
      at = this.#execute(instruction, at, steps);
      if (at === FAILED) at = this.#backtrack();
      if (at === FAILED) return false;
    }
  }

  /** Executes an instruction. Returns the index of the next one, or {@link FAILED}. */
  #execute(instruction: Instruction, at: number, steps: StepBudget): number {
    switch (instruction.operation) {
      case 'codeUnit':
        return this.#codeUnit(instruction) ? at + 1 : FAILED;
      case 'codeUnits':
        return this.#codeUnits(instruction, at, steps);
      case 'fork':
        this.#addPoint(instruction.target, UNSET);
        return at + 1;
      case 'jump':
        return instruction.target;
      case 'anchor':
        return anchorHolds(instruction.anchor, this.#text, this.#position) ? at + 1 : FAILED;
      case 'startLoop':
        this.#write(instruction.register, 0);
        this.#write(instruction.register + 1, UNSET);
        return at + 1;
      case 'loop':
        return this.#loop(instruction, at);
      case 'nextIteration':
        this.#write(instruction.register, this.#read(instruction.register) + 1);
        this.#write(instruction.register + 1, this.#position);
        return at + 1;
      case 'startCapture':
        this.#write(instruction.register, this.#position);
        return at + 1;
      case 'endCapture':
        this.#endCapture(instruction);
        return at + 1;
      case 'backreference':
        return this.#backreference(instruction, steps) ? at + 1 : FAILED;
      case 'ifCaptured':
        return this.#read(captureRegister(instruction.captureGroup)) === UNSET ? instruction.target : at + 1;
      default:
        return this.#endAtomicConstruct(instruction, at);
    }
  }

  /** The instructions of constructs that are not backtracked into: atomic groups, lookarounds and conditions. */
  #endAtomicConstruct({ operation, register }: Instruction, at: number): number {
    if (operation === 'saveState') {
      this.#write(register, this.#points.length);
      this.#write(register + 1, this.#position);
      return at + 1;
    }
    this.#points.length = this.#read(register);
    if (operation === 'endNegativeLookaround') return FAILED;
    if (operation === 'endLookaround') this.#position = this.#read(register + 1);
    return at + 1;
  }

  /** Consumes one code unit if it satisfies the test. */
  #codeUnit({ test, step }: Instruction): boolean {
    const index = step === 1 ? this.#position : this.#position - 1;
    if (index < 0 || index >= this.#text.length || !test(this.#text.charCodeAt(index))) return false;
    this.#position += step;
    return true;
  }

  /** Consumes repeated code units: as few as allowed if lazy, as many as possible if greedy. */
  #codeUnits(instruction: Instruction, at: number, steps: StepBudget): number {
    const { min, max, flag: lazy } = instruction;
    const wanted = lazy ? min : max;
    let taken = 0;
    while (taken < wanted && this.#codeUnit(instruction)) taken += 1;
    steps.left -= taken;
    if (taken < min) return FAILED;
    if (lazy ? taken < max : taken > min) this.#addPoint(at, taken);
    return at + 1;
  }

  /** Backtracks into repeated code units: one more if lazy, one less if greedy. */
  #backtrackCodeUnits(instruction: Instruction, at: number, taken: number): number {
    const { min, max, step, flag: lazy } = instruction;
    if (lazy) {
      if (!this.#codeUnit(instruction)) return FAILED;
      if (taken + 1 < max) this.#addPoint(at, taken + 1);
    } else {
      this.#position -= step;
      if (taken - 1 > min) this.#addPoint(at, taken - 1);
    }
    return at + 1;
  }

  /** Repeats a loop or leaves it. An iteration that consumed nothing is repeated only to reach the minimum. */
  #loop({ register, min, max, flag: lazy, target }: Instruction, at: number): number {
    const count = this.#read(register);
    const canRepeat = count < max && (count < min || this.#position !== this.#read(register + 1));
    if (!canRepeat) return target;
    if (count < min) return at + 1;
    this.#addPoint(lazy ? at + 1 : target, UNSET);
    return lazy ? target : at + 1;
  }

  #endCapture({ captureGroup, register }: Instruction): void {
    const start = this.#read(register);
    this.#write(captureRegister(captureGroup), Math.min(start, this.#position));
    this.#write(captureRegister(captureGroup) + 1, Math.max(start, this.#position));
  }

  /** Consumes what a group has captured. A group without a capture does not match. */
  #backreference({ captureGroup, flag: ignoreCase, step }: Instruction, steps: StepBudget): boolean {
    const start = this.#read(captureRegister(captureGroup));
    if (start === UNSET) return false;
    const length = this.#read(captureRegister(captureGroup) + 1) - start;
    const from = step === 1 ? this.#position : this.#position - length;
    if (from < 0 || from + length > this.#text.length) return false;
    for (let i = 0; i < length; i += 1) {
      const [a, b] = [this.#text.charCodeAt(start + i), this.#text.charCodeAt(from + i)];
      if (a !== b && !(ignoreCase && lowerCase(a) === lowerCase(b))) return false;
    }
    steps.left -= length;
    this.#position += step * length;
    return true;
  }

  #addPoint(at: number, taken: number): void {
    this.#points.push({ at, position: this.#position, taken, undoLength: this.#undoLog.length });
  }

  /** Returns to the last backtracking point. Returns the next instruction, or {@link FAILED} if there is none. */
  #backtrack(): number {
    for (;;) {
      const choice = this.#points.pop();
      if (choice === undefined) return FAILED;
      this.#restore(choice.undoLength);
      this.#position = choice.position;
      const instruction = this.#program.instructions[choice.at] as Instruction;
      if (instruction.operation !== 'codeUnits' || choice.taken === UNSET) return choice.at;
      const at = this.#backtrackCodeUnits(instruction, choice.at, choice.taken);
      if (at !== FAILED) return at;
    }
  }

  #read(register: number): number {
    return this.#registers[register] as number;
  }

  #write(register: number, value: number): void {
    this.#undoLog.push(register, this.#read(register));
    this.#registers[register] = value;
  }

  #restore(length: number): void {
    const trail = this.#undoLog;
    while (trail.length > length) {
      const value = trail.pop() as number;
      this.#registers[trail.pop() as number] = value;
    }
  }
}
