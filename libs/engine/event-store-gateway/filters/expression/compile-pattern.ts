import type { Pattern } from './pattern.js';
import type { Instruction, Program } from './program.js';
import { captureRegister } from './program.js';

/** Compiles a pattern. The program size depends on the length of the expression only, not on its repeat counts. */
export function compilePattern(pattern: Pattern): Program {
  const compiler = new Compiler(captureGroupsOf(pattern));
  compiler.emit(pattern);
  compiler.add({ operation: 'match' });
  return { instructions: compiler.instructions, registers: compiler.registers, anchored: isAnchored(pattern) };
}

const DEFAULTS: Instruction = {
  operation: 'fail',
  target: 0,
  register: 0,
  captureGroup: 0,
  min: 0,
  max: 0,
  flag: false,
  step: 1,
  test: () => false,
  anchor: 'textStart',
};

type Kind<K extends Pattern['kind']> = Extract<Pattern, { kind: K }>;

class Compiler {
  readonly #instructions: Instruction[] = [];
  #registers: number;
  readonly #groups: ReadonlyMap<number, number>;

  /** @param groups maps group numbers in the expression, which may be huge, to consecutive ones */
  constructor(groups: ReadonlyMap<number, number>) {
    this.#groups = groups;
    this.#registers = captureRegister(groups.size + 1);
  }

  get instructions(): readonly Instruction[] {
    return this.#instructions;
  }

  get registers(): number {
    return this.#registers;
  }

  /** Adds an instruction; returns its index. */
  add(instruction: Partial<Instruction>): number {
    return this.#instructions.push({ ...DEFAULTS, ...instruction }) - 1;
  }

  emit(pattern: Pattern): void {
    switch (pattern.kind) {
      case 'codeUnit':
        this.add({ operation: 'codeUnit', test: pattern.test, step: pattern.rightToLeft ? -1 : 1 });
        return;
      case 'anchor':
        this.add({ operation: 'anchor', anchor: pattern.anchor });
        return;
      case 'sequence':
        for (const part of pattern.rightToLeft ? pattern.parts.toReversed() : pattern.parts) this.emit(part);
        return;
      case 'alternation':
        this.#alternatives(pattern);
        return;
      case 'repetition':
        this.#repetition(pattern);
        return;
      case 'capture':
        this.#capture(pattern);
        return;
      case 'lookaround':
        this.#lookaround(pattern);
        return;
      case 'atomic':
        this.#atomic(pattern);
        return;
      case 'backreference':
        this.#backreference(pattern);
        return;
      case 'ifCaptured': {
        const test = this.add({ operation: 'ifCaptured', captureGroup: this.#captureGroup(pattern.captureGroup) });
        this.#branches(test, pattern);
        return;
      }
      case 'ifMatches':
        this.#ifMatches(pattern);
    }
  }

  #alternatives({ branches }: Kind<'alternation'>): void {
    const jumps: number[] = [];
    branches.forEach((branch, index) => {
      const isLast = index === branches.length - 1;
      const fork = isLast ? undefined : this.add({ operation: 'fork' });
      this.emit(branch);
      if (fork === undefined) return;
      jumps.push(this.add({ operation: 'jump' }));
      this.#setTargetHere(fork);
    });
    for (const jump of jumps) this.#setTargetHere(jump);
  }

  #repetition({ part, min, max, lazy }: Kind<'repetition'>): void {
    if (part.kind === 'codeUnit') {
      this.add({ operation: 'codeUnits', test: part.test, step: part.rightToLeft ? -1 : 1, min, max, flag: lazy });
      return;
    }
    const register = this.#newRegisters(2);
    this.add({ operation: 'startLoop', register });
    const loop = this.add({ operation: 'loop', register, min, max, flag: lazy });
    this.add({ operation: 'nextIteration', register });
    this.emit(part);
    this.add({ operation: 'jump', target: loop });
    this.#setTargetHere(loop);
  }

  #capture({ captureGroup, part }: Kind<'capture'>): void {
    const register = this.#newRegisters(1);
    this.add({ operation: 'startCapture', register });
    this.emit(part);
    this.add({ operation: 'endCapture', register, captureGroup: this.#captureGroup(captureGroup) });
  }

  #lookaround({ part, negative }: Kind<'lookaround'>): void {
    const register = this.#saveState();
    const fork = negative ? this.add({ operation: 'fork' }) : undefined;
    this.emit(part);
    this.add({ operation: negative ? 'endNegativeLookaround' : 'endLookaround', register });
    if (fork !== undefined) this.#setTargetHere(fork);
  }

  #atomic({ part }: Kind<'atomic'>): void {
    const register = this.#saveState();
    this.emit(part);
    this.add({ operation: 'endAtomic', register });
  }

  #backreference({ captureGroup, ignoreCase, rightToLeft }: Kind<'backreference'>): void {
    this.add({
      operation: 'backreference',
      captureGroup: this.#captureGroup(captureGroup),
      flag: ignoreCase,
      step: rightToLeft ? -1 : 1,
    });
  }

  #ifMatches({ condition, ...branches }: Kind<'ifMatches'>): void {
    const register = this.#saveState();
    const fork = this.add({ operation: 'fork' });
    this.emit(condition);
    this.add({ operation: 'endLookaround', register });
    this.#branches(fork, branches);
  }

  /** Saves the number of backtracking points and the position in two registers. */
  #saveState(): number {
    const register = this.#newRegisters(2);
    this.add({ operation: 'saveState', register });
    return register;
  }

  /** Emits the two branches of a conditional, and sets the target of the instruction that selects the second. */
  #branches(toNo: number, { yes, no }: { readonly yes: Pattern; readonly no: Pattern }): void {
    this.emit(yes);
    const jump = this.add({ operation: 'jump' });
    this.#setTargetHere(toNo);
    this.emit(no);
    this.#setTargetHere(jump);
  }

  /** Sets the target of an instruction to the next one that is added. */
  #setTargetHere(index: number): void {
    this.#instructions[index] = { ...(this.#instructions[index] as Instruction), target: this.#instructions.length };
  }

  #newRegisters(count: number): number {
    this.#registers += count;
    return this.#registers - count;
  }

  #captureGroup(number: number): number {
    return this.#groups.get(number) ?? 0;
  }
}

/** Numbers the capturing groups from 1 without gaps: in an expression a group may have number 2147483647. */
function captureGroupsOf(pattern: Pattern): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  const note = (part: Pattern): void => {
    if (part.kind === 'capture' && !groups.has(part.captureGroup)) groups.set(part.captureGroup, groups.size + 1);
    partsOf(part).forEach(note);
  };
  note(pattern);
  return groups;
}

function partsOf(pattern: Pattern): readonly Pattern[] {
  switch (pattern.kind) {
    case 'sequence':
      return pattern.parts;
    case 'alternation':
      return pattern.branches;
    case 'ifCaptured':
      return [pattern.yes, pattern.no];
    case 'ifMatches':
      return [pattern.condition, pattern.yes, pattern.no];
    case 'codeUnit':
    case 'anchor':
    case 'backreference':
      return [];
    default:
      return [pattern.part];
  }
}

/** Whether a pattern can match at the start of the text only. */
function isAnchored(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'anchor':
      return pattern.anchor === 'textStart' || pattern.anchor === 'searchStart';
    case 'sequence': {
      const decides = pattern.parts.find(
        (part) => isAnchored(part) || (part.kind !== 'lookaround' && part.kind !== 'anchor'),
      );
      return !pattern.rightToLeft && decides !== undefined && isAnchored(decides);
    }
    case 'alternation':
      return pattern.branches.every(isAnchored);
    case 'repetition':
      return pattern.min > 0 && isAnchored(pattern.part);
    case 'capture':
    case 'atomic':
      return isAnchored(pattern.part);
    default:
      return false;
  }
}
