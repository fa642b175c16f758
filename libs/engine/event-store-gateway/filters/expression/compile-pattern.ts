import type { Pattern } from './pattern.js';
import type { Instruction, Program } from './program.js';
import { captureRegister } from './program.js';

/** Compiles a pattern. The program's size grows with the expression's, whatever its quantifiers say. */
export function compilePattern(pattern: Pattern): Program {
  const compiler = new Compiler(groupsOf(pattern));
  compiler.emit(pattern);
  compiler.add({ operation: 'found' });
  return { instructions: compiler.instructions, registers: compiler.registers, anchored: isAnchored(pattern) };
}

const DEFAULTS: Instruction = {
  operation: 'fail',
  target: 0,
  register: 0,
  group: 0,
  min: 0,
  max: 0,
  flag: false,
  step: 1,
  test: () => false,
  place: 'textStart',
};

type Kind<K extends Pattern['kind']> = Extract<Pattern, { kind: K }>;

class Compiler {
  readonly #instructions: Instruction[] = [];
  #registers: number;
  readonly #groups: ReadonlyMap<number, number>;

  /** @param groups numbers of groups as they are written, which may be huge, to small ones */
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

  /** Adds an instruction; answers where it stands. */
  add(instruction: Partial<Instruction>): number {
    return this.#instructions.push({ ...DEFAULTS, ...instruction }) - 1;
  }

  emit(pattern: Pattern): void {
    switch (pattern.kind) {
      case 'unit':
        this.add({ operation: 'unit', test: pattern.test, step: pattern.back ? -1 : 1 });
        return;
      case 'place':
        this.add({ operation: 'place', place: pattern.place });
        return;
      case 'sequence':
        for (const part of pattern.back ? pattern.parts.toReversed() : pattern.parts) this.emit(part);
        return;
      case 'alternatives':
        this.#alternatives(pattern);
        return;
      case 'repeat':
        this.#repeat(pattern);
        return;
      case 'capture':
        this.#capture(pattern);
        return;
      case 'look':
        this.#look(pattern);
        return;
      case 'atomic':
        this.#atomic(pattern);
        return;
      case 'reference':
        this.#reference(pattern);
        return;
      case 'ifCaptured': {
        const test = this.add({ operation: 'ifCaptured', group: this.#group(pattern.group) });
        this.#branches(test, pattern);
        return;
      }
      case 'ifMatches':
        this.#ifMatches(pattern);
    }
  }

  #alternatives({ branches }: Kind<'alternatives'>): void {
    const jumps: number[] = [];
    branches.forEach((branch, index) => {
      const isLast = index === branches.length - 1;
      const fork = isLast ? undefined : this.add({ operation: 'fork' });
      this.emit(branch);
      if (fork === undefined) return;
      jumps.push(this.add({ operation: 'jump' }));
      this.#aim(fork);
    });
    for (const jump of jumps) this.#aim(jump);
  }

  #repeat({ part, min, max, lazy }: Kind<'repeat'>): void {
    if (part.kind === 'unit') {
      this.add({ operation: 'units', test: part.test, step: part.back ? -1 : 1, min, max, flag: lazy });
      return;
    }
    const register = this.#newRegisters(2);
    this.add({ operation: 'startLoop', register });
    const loop = this.add({ operation: 'loop', register, min, max, flag: lazy });
    this.add({ operation: 'again', register });
    this.emit(part);
    this.add({ operation: 'jump', target: loop });
    this.#aim(loop);
  }

  #capture({ group, part }: Kind<'capture'>): void {
    const register = this.#newRegisters(1);
    this.add({ operation: 'mark', register });
    this.emit(part);
    this.add({ operation: 'capture', register, group: this.#group(group) });
  }

  #look({ part, negative }: Kind<'look'>): void {
    const register = this.#hold();
    const fork = negative ? this.add({ operation: 'fork' }) : undefined;
    this.emit(part);
    this.add({ operation: negative ? 'endNegativeLook' : 'endLook', register });
    if (fork !== undefined) this.#aim(fork);
  }

  #atomic({ part }: Kind<'atomic'>): void {
    const register = this.#hold();
    this.emit(part);
    this.add({ operation: 'endAtomic', register });
  }

  #reference({ group, ignoreCase, back }: Kind<'reference'>): void {
    this.add({ operation: 'reference', group: this.#group(group), flag: ignoreCase, step: back ? -1 : 1 });
  }

  #ifMatches({ condition, ...branches }: Kind<'ifMatches'>): void {
    const register = this.#hold();
    const fork = this.add({ operation: 'fork' });
    this.emit(condition);
    this.add({ operation: 'endLook', register });
    this.#branches(fork, branches);
  }

  /** Keeps in two registers which other ways are open and where the text is. */
  #hold(): number {
    const register = this.#newRegisters(2);
    this.add({ operation: 'hold', register });
    return register;
  }

  /** The branch for yes, and the one for no, to which an instruction goes. */
  #branches(toNo: number, { yes, no }: { readonly yes: Pattern; readonly no: Pattern }): void {
    this.emit(yes);
    const jump = this.add({ operation: 'jump' });
    this.#aim(toNo);
    this.emit(no);
    this.#aim(jump);
  }

  /** Lets an instruction go to the next one that is added. */
  #aim(index: number): void {
    this.#instructions[index] = { ...(this.#instructions[index] as Instruction), target: this.#instructions.length };
  }

  #newRegisters(count: number): number {
    this.#registers += count;
    return this.#registers - count;
  }

  #group(number: number): number {
    return this.#groups.get(number) ?? 0;
  }
}

/** The groups that capture, numbered from 1 without gaps: an expression may call one 2147483647. */
function groupsOf(pattern: Pattern): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  const note = (part: Pattern): void => {
    if (part.kind === 'capture' && !groups.has(part.group)) groups.set(part.group, groups.size + 1);
    partsOf(part).forEach(note);
  };
  note(pattern);
  return groups;
}

function partsOf(pattern: Pattern): readonly Pattern[] {
  switch (pattern.kind) {
    case 'sequence':
      return pattern.parts;
    case 'alternatives':
      return pattern.branches;
    case 'ifCaptured':
      return [pattern.yes, pattern.no];
    case 'ifMatches':
      return [pattern.condition, pattern.yes, pattern.no];
    case 'unit':
    case 'place':
    case 'reference':
      return [];
    default:
      return [pattern.part];
  }
}

/** Whether a pattern can match at the beginning of the text alone. */
function isAnchored(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'place':
      return pattern.place === 'textStart' || pattern.place === 'searchStart';
    case 'sequence': {
      const decides = pattern.parts.find((part) => isAnchored(part) || (part.kind !== 'look' && part.kind !== 'place'));
      return !pattern.back && decides !== undefined && isAnchored(decides);
    }
    case 'alternatives':
      return pattern.branches.every(isAnchored);
    case 'repeat':
      return pattern.min > 0 && isAnchored(pattern.part);
    case 'capture':
    case 'atomic':
      return isAnchored(pattern.part);
    default:
      return false;
  }
}
