import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Command, CommandBus, type Query, QueryBus } from '@nestjs/cqrs';
import { type ValidationError, validateSync } from 'class-validator';
import { keepsRules, type PropertyRuleContext } from '#libs/engine/contract/property-rules.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { TRACING } from '#libs/engine/runtime/tokens.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';

/** The one way to a command or query handler: whatever protocol it came by, it is checked here, once. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Optional() @Inject(TRACING) private readonly tracing?: Tracing,
  ) {}

  /** Checks a command and runs it. @throws ContractError a field breaks its rule, or what the handler throws */
  async command<R>(command: Command<R>): Promise<R> {
    assertValid(command);
    return this.#traced(command, () => this.commands.execute(command));
  }

  /** Checks a query and runs it. @throws ContractError a field breaks its rule, or what the handler throws */
  async query<R>(query: Query<R>): Promise<R> {
    assertValid(query);
    return this.#traced(query, () => this.queries.execute(query));
  }

  #traced<R>(subject: object, execute: () => Promise<R>): Promise<R> {
    if (this.tracing === undefined) return execute();
    return this.tracing.within({ name: subject.constructor.name }, execute);
  }
}

/** @throws ContractError for the first violation in the order in which the class declares its properties */
function assertValid(subject: object): void {
  if (keepsRules(subject)) return;
  // Without forbidUnknownValues a class that has no rules is valid, as it should be.
  const [violation] = validateSync(subject, { stopAtFirstError: true, forbidUnknownValues: false });
  if (violation !== undefined) throw violationError(violation);
}

function violationError({ property, constraints, contexts, children }: ValidationError): ContractError {
  const [nested] = children ?? [];
  if (nested !== undefined) return violationError(nested);
  const [rule, text] = Object.entries(constraints ?? {})[0] ?? ['', 'is not valid'];
  const context = contexts?.[rule] as PropertyRuleContext | undefined;
  return ContractError.invalidField(context?.field ?? property, text);
}
