import { StepsExhaustedError } from './expression-errors.js';
import { isAt } from './places.js';
import { captureRegister, type Instruction, type Program } from './program.js';
import { lowerCase } from './unicode-tables.js';

/** What a register holds before it is written. */
const UNSET = -1;

/** The program has failed in every way. */
const NOWHERE = -1;

/** Other ways to go on that are kept at most, and values to restore: beyond, the comparison is given up. */
const MAX_KEPT = 250_000;

/** A way to go on when this one fails: where in the program and in the text, and what it takes with it. */
interface Choice {
  readonly at: number;
  readonly position: number;
  /** Of `units`: how many code units have been taken in this way; elsewhere unused. */
  readonly taken: number;
  /** How many values were to be restored when it was kept. */
  readonly trail: number;
}

/** How many steps may be taken; shared by the comparisons of a page. */
export interface Steps {
  left: number;
}

/**
 * Runs a program by backtracking, in the order in which .NET tries the ways through an expression. The ways that are
 * left are kept in a list, not in calls: the text's length does not deepen the stack. Whatever a register held is noted
 * before it is written, so that going back to a choice restores it.
 */
export class Machine {
  readonly #program: Program;
  readonly #registers: Int32Array;
  #choices: Choice[] = [];
  #trail: number[] = [];
  #text = '';
  #position = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#registers = new Int32Array(program.registers).fill(UNSET);
  }

  /** Whether the expression matches somewhere in the text. @throws StepsExhaustedError it takes too many steps */
  matches(text: string, steps: Steps): boolean {
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
      this.#choices = [];
      this.#trail = [];
    }
  }

  #run(steps: Steps): boolean {
    const { instructions } = this.#program;
    let at = 0;
    for (;;) {
      steps.left -= 1;
      if (steps.left < 0 || this.#choices.length > MAX_KEPT || this.#trail.length > MAX_KEPT) {
        throw new StepsExhaustedError('the expression takes too many steps');
      }
      const instruction = instructions[at] as Instruction;
      if (instruction.operation === 'found') return true;
      at = this.#do(instruction, at, steps);
      if (at === NOWHERE) at = this.#back();
      if (at === NOWHERE) return false;
    }
  }

  /** Does one instruction; answers the next one, or {@link NOWHERE} where it fails. */
  #do(instruction: Instruction, at: number, steps: Steps): number {
    switch (instruction.operation) {
      case 'unit':
        return this.#takes(instruction) ? at + 1 : NOWHERE;
      case 'units':
        return this.#units(instruction, at, steps);
      case 'fork':
        this.#keep(instruction.target, UNSET);
        return at + 1;
      case 'jump':
        return instruction.target;
      case 'place':
        return isAt(instruction.place, this.#text, this.#position) ? at + 1 : NOWHERE;
      case 'startLoop':
        this.#write(instruction.register, 0);
        this.#write(instruction.register + 1, UNSET);
        return at + 1;
      case 'loop':
        return this.#loop(instruction, at);
      case 'again':
        this.#write(instruction.register, this.#read(instruction.register) + 1);
        this.#write(instruction.register + 1, this.#position);
        return at + 1;
      case 'mark':
        this.#write(instruction.register, this.#position);
        return at + 1;
      case 'capture':
        this.#capture(instruction);
        return at + 1;
      case 'reference':
        return this.#refersTo(instruction, steps) ? at + 1 : NOWHERE;
      case 'ifCaptured':
        return this.#read(captureRegister(instruction.group)) === UNSET ? instruction.target : at + 1;
      default:
        return this.#held(instruction, at);
    }
  }

  /** What concerns a part that is matched in one way only: an atomic group, a look-around, a condition. */
  #held({ operation, register }: Instruction, at: number): number {
    if (operation === 'hold') {
      this.#write(register, this.#choices.length);
      this.#write(register + 1, this.#position);
      return at + 1;
    }
    this.#choices.length = this.#read(register);
    if (operation === 'endNegativeLook') return NOWHERE;
    if (operation === 'endLook') this.#position = this.#read(register + 1);
    return at + 1;
  }

  /** Takes one code unit if it is wanted. */
  #takes({ test, step }: Instruction): boolean {
    const index = step === 1 ? this.#position : this.#position - 1;
    if (index < 0 || index >= this.#text.length || !test(this.#text.charCodeAt(index))) return false;
    this.#position += step;
    return true;
  }

  /** Takes code units one after the other: as few as allowed, or as many as there are. */
  #units(instruction: Instruction, at: number, steps: Steps): number {
    const { min, max, flag: lazy } = instruction;
    const wanted = lazy ? min : max;
    let taken = 0;
    while (taken < wanted && this.#takes(instruction)) taken += 1;
    steps.left -= taken;
    if (taken < min) return NOWHERE;
    if (lazy ? taken < max : taken > min) this.#keep(at, taken);
    return at + 1;
  }

  /** Another number of code units: one more if they are lazy, else one less. */
  #otherUnits(instruction: Instruction, at: number, taken: number): number {
    const { min, max, step, flag: lazy } = instruction;
    if (lazy) {
      if (!this.#takes(instruction)) return NOWHERE;
      if (taken + 1 < max) this.#keep(at, taken + 1);
    } else {
      this.#position -= step;
      if (taken - 1 > min) this.#keep(at, taken - 1);
    }
    return at + 1;
  }

  /** Once more, or on; once more only if the last time took something or there must be more. */
  #loop({ register, min, max, flag: lazy, target }: Instruction, at: number): number {
    const count = this.#read(register);
    const canRepeat = count < max && (count < min || this.#position !== this.#read(register + 1));
    if (!canRepeat) return target;
    if (count < min) return at + 1;
    this.#keep(lazy ? at + 1 : target, UNSET);
    return lazy ? target : at + 1;
  }

  #capture({ group, register }: Instruction): void {
    const start = this.#read(register);
    this.#write(captureRegister(group), Math.min(start, this.#position));
    this.#write(captureRegister(group) + 1, Math.max(start, this.#position));
  }

  /** What a group has captured must stand here. A group that has captured nothing stands nowhere. */
  #refersTo({ group, flag: ignoreCase, step }: Instruction, steps: Steps): boolean {
    const start = this.#read(captureRegister(group));
    if (start === UNSET) return false;
    const length = this.#read(captureRegister(group) + 1) - start;
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

  #keep(at: number, taken: number): void {
    this.#choices.push({ at, position: this.#position, taken, trail: this.#trail.length });
  }

  /** Goes back to the choice that was kept last; answers the next instruction, or {@link NOWHERE}. */
  #back(): number {
    for (;;) {
      const choice = this.#choices.pop();
      if (choice === undefined) return NOWHERE;
      this.#restore(choice.trail);
      this.#position = choice.position;
      const instruction = this.#program.instructions[choice.at] as Instruction;
      if (instruction.operation !== 'units' || choice.taken === UNSET) return choice.at;
      const at = this.#otherUnits(instruction, choice.at, choice.taken);
      if (at !== NOWHERE) return at;
    }
  }

  #read(register: number): number {
    return this.#registers[register] as number;
  }

  #write(register: number, value: number): void {
    this.#trail.push(register, this.#read(register));
    this.#registers[register] = value;
  }

  #restore(length: number): void {
    const trail = this.#trail;
    while (trail.length > length) {
      const value = trail.pop() as number;
      this.#registers[trail.pop() as number] = value;
    }
  }
}
