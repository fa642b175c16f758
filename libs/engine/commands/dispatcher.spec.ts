import { Command, CommandHandler, CqrsModule, Query, QueryHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { AddAPIAppRequestSchema, GetProjectByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { Dispatcher } from './dispatcher.js';

class Rename extends Command<string> {
  @FollowsContract(AddAPIAppRequestSchema, 'projectId')
  readonly project: string;

  @FollowsContract(AddAPIAppRequestSchema, 'name')
  readonly name: string;

  constructor(project: string, name: string) {
    super();
    this.project = project;
    this.name = name;
  }
}

class Look extends Query<string> {
  @FollowsContract(GetProjectByIDRequestSchema, 'id')
  readonly projectId: string;

  constructor(projectId: string) {
    super();
    this.projectId = projectId;
  }
}

class Ping extends Query<string> {}

@CommandHandler(Rename)
class RenameHandler {
  async execute({ name }: Rename) {
    return `renamed ${name}`;
  }
}

@QueryHandler(Look)
class LookHandler {
  async execute({ projectId }: Look) {
    return `saw ${projectId}`;
  }
}

@QueryHandler(Ping)
class PingHandler {
  async execute() {
    return 'pong';
  }
}

describe('the dispatcher', () => {
  let dispatcher: Dispatcher;

  beforeAll(async () => {
    const providers = [Dispatcher, RenameHandler, LookHandler, PingHandler];
    const module = await Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers }).compile();
    await module.init();
    dispatcher = module.get(Dispatcher);
  });

  it('runs what keeps its rules, and what has none', async () => {
    expect(await dispatcher.command(new Rename('1', 'n'))).toBe('renamed n');
    expect(await dispatcher.query(new Look('1'))).toBe('saw 1');
    expect(await dispatcher.query(new Ping())).toBe('pong');
  });

  it('refuses what breaks one, naming the field as the contract does, the first one first', async () => {
    const text = 'must have 1 to 200 characters (got 0)';
    await expect(dispatcher.command(new Rename('', ''))).rejects.toMatchObject({ code: 3, text: `projectId: ${text}` });
    await expect(dispatcher.command(new Rename('1', ''))).rejects.toMatchObject({ code: 3, text: `name: ${text}` });
    await expect(dispatcher.query(new Look(''))).rejects.toMatchObject({ code: 3, text: `id: ${text}` });
  });
});
