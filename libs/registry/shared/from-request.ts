import type { DescField, DescMessage, MessageShape } from '@bufbuild/protobuf';
import { Command, Query } from '@nestjs/cqrs';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { FewConditions, listCap } from '#libs/registry/contract/list-limits.js';
import type { ReadContext } from './queries/read-context.js';

/** The names of a message's fields, in lower camel case. */
type FieldName<Desc extends DescMessage> = keyof Desc['field'] & keyof MessageShape<Desc> & string;

/** Some fields of a request. */
type Fields<Desc extends DescMessage, Name extends FieldName<Desc>> = Readonly<Pick<MessageShape<Desc>, Name>>;

/**
 * The base class of a command that takes fields of a request as they are. Each of them has the rules that the contract
 * states for it and the limit that Appledger adds, which class-validator checks. A derived class must not decorate these
 * fields: class-validator would then leave out the rules that they have here. The context is a {@link CommandContext}
 * unless the derived class names a type with more.
 *
 * @param schema the request
 * @param names the fields that the command takes, in the order in which they are checked
 * @throws Error at start, when the contract states a rule that is not implemented
 */
export function commandFrom<Desc extends DescMessage, Name extends FieldName<Desc>>(schema: Desc, ...names: Name[]) {
  abstract class CommandFromRequest extends Command<unknown> {
    constructor(
      request: Fields<Desc, Name>,
      readonly context: unknown,
    ) {
      super();
      copyFields(this, request, names);
    }
  }
  followContract(CommandFromRequest, schema, names);
  return CommandFromRequest as unknown as abstract new <Result, Context extends CommandContext = CommandContext>(
    request: Fields<Desc, Name>,
    context: Context,
  ) => Command<Result> & Fields<Desc, Name> & { readonly context: Context };
}

/**
 * The base class of a query that takes fields of a request as they are; otherwise like {@link commandFrom}. Who reads is
 * a {@link ReadContext} unless the derived class names another type.
 */
export function queryFrom<Desc extends DescMessage, Name extends FieldName<Desc>>(schema: Desc, ...names: Name[]) {
  abstract class QueryFromRequest extends Query<unknown> {
    constructor(
      request: Fields<Desc, Name>,
      readonly reader: unknown,
    ) {
      super();
      copyFields(this, request, names);
    }
  }
  followContract(QueryFromRequest, schema, names);
  return QueryFromRequest as unknown as abstract new <Result, Reader = ReadContext>(
    request: Fields<Desc, Name>,
    reader: Reader,
  ) => Query<Result> & Fields<Desc, Name> & { readonly reader: Reader };
}

function copyFields(target: object, request: object, names: readonly string[]): void {
  for (const name of names) (target as Record<string, unknown>)[name] = (request as Record<string, unknown>)[name];
}

function followContract<Desc extends DescMessage>(
  type: abstract new (...args: never) => object,
  schema: Desc,
  names: readonly FieldName<Desc>[],
): void {
  for (const name of names) {
    FollowsContract(schema, name)(type.prototype, name);
    const field: DescField | undefined = schema.field[name];
    if (field?.fieldKind === 'list' && listCap(field) !== undefined) FewConditions(field)(type.prototype, name);
  }
}
