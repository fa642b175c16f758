import messages from '@eventstore/db-client/generated/persistent_pb.js';
import type { FilterDefinition } from '../filters/event-matcher.js';
import { type GatewayError, invalidArgument } from '../grpc-errors.js';
import { ALL } from '../system-streams.js';
import { CONSUMER_STRATEGIES, type ConsumerStrategyName } from './consumer-strategy.js';
import {
  type GroupDefinition,
  type GroupSettings,
  type GroupSource,
  type GroupStart,
  sourceName,
} from './group-definition.js';
import { groupFailed } from './group-errors.js';

type CreateOptions = InstanceType<typeof messages.CreateReq.Options>;
type UpdateOptions = InstanceType<typeof messages.UpdateReq.Options>;
type Settings = InstanceType<typeof messages.CreateReq.Settings> | InstanceType<typeof messages.UpdateReq.Settings>;
type AllOptions = NonNullable<ReturnType<CreateOptions['getAll']> | ReturnType<UpdateOptions['getAll']>>;
type FilterOptions = InstanceType<typeof messages.CreateReq.AllOptions.FilterOptions>;
type StreamIdentifier = ReturnType<CreateOptions['getStreamIdentifier']>;

/** What a request is about: the stream, or `$all`, and the group. */
export interface GroupAddress {
  readonly source: string;
  readonly group: string;
}

/** Revisions of streams that mean the end, and durations in ticks of 100 ns, are EventStoreDB's. */
const END_REVISION = 2n ** 64n - 1n;
const TICKS_PER_MILLISECOND = 10_000;

/** In the order of their numbers on the wire. */
const STRATEGIES: readonly ConsumerStrategyName[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];

/** @throws GatewayError a part is missing or unknown */
export function createdGroup(request: InstanceType<typeof messages.CreateReq>): GroupDefinition {
  const options = request.getOptions();
  const filter = options?.getAll()?.getFilter();
  return definitionOf(options, filter === undefined ? undefined : filterOf(filter));
}

/** @throws GatewayError a part is missing or unknown */
export function updatedGroup(request: InstanceType<typeof messages.UpdateReq>): GroupDefinition {
  return definitionOf(request.getOptions(), undefined);
}

/** The group that a request names which tells a stream or `$all`. @throws GatewayError it has no options */
export function addressOf(
  options: { getStreamIdentifier(): StreamIdentifier; hasAll(): boolean; getGroupName(): string } | undefined,
): GroupAddress {
  if (options === undefined) throw invalidArgument(NO_OPTIONS);
  const source = options.hasAll() ? ALL : streamName(options.getStreamIdentifier());
  return { source, group: options.getGroupName() };
}

/** The name in a stream identifier. */
export function streamName(identifier: StreamIdentifier): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}

const NO_OPTIONS = 'the options are missing';

/** What a group is refused with. */
type Failed = (reason: string) => GatewayError;

function definitionOf(
  options: CreateOptions | UpdateOptions | undefined,
  filter: FilterDefinition | undefined,
): GroupDefinition {
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) throw invalidArgument(NO_OPTIONS);
  const all = options.getAll();
  const stream = options.getStream();
  const name = streamName(stream?.getStreamIdentifier() ?? options.getStreamIdentifier());
  const source: GroupSource = all === undefined ? { kind: 'stream', stream: name } : { kind: 'all', filter };
  const group = options.getGroupName();
  const failed = (reason: string) => groupFailed(sourceName(source), group, reason);
  const strategy = strategyOf(settings, failed);
  const startFrom = all === undefined ? streamStart(stream, settings) : allStart(all, failed);
  return { source, group, startFrom, settings: settingsOf(settings, strategy) };
}

/** Clients before 21.10 give the revision among the settings, and newer ones still do. */
function streamStart(stream: ReturnType<CreateOptions['getStream']>, settings: Settings): GroupStart {
  if (stream?.hasStart()) return 'start';
  if (stream?.hasEnd()) return 'end';
  const revision = BigInt.asUintN(64, BigInt(stream?.hasRevision() ? stream.getRevision() : settings.getRevision()));
  if (revision === 0n) return 'start';
  return revision === END_REVISION ? 'end' : revision;
}

function allStart(all: AllOptions, failed: Failed): GroupStart {
  const position = all.getPosition();
  if (position !== undefined) {
    const commit = BigInt(position.getCommitPosition());
    const prepare = BigInt(position.getPreparePosition());
    if (prepare > commit)
      throw failed(`the prepare position ${prepare} must not be behind the commit position ${commit}`);
    return commit;
  }
  return all.hasEnd() ? 'end' : 'start';
}

function filterOf(filter: FilterOptions): FilterDefinition {
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument('the filter names neither streams nor event types');
  return {
    of: byStream === undefined ? 'type' : 'stream',
    prefixes: expression.getPrefixList(),
    regex: expression.getRegex(),
  };
}

function settingsOf(settings: Settings, strategy: ConsumerStrategyName): GroupSettings {
  return {
    strategy,
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    maxRetryCount: settings.getMaxRetryCount(),
    messageTimeoutMs: settings.hasMessageTimeoutTicks()
      ? milliseconds(settings.getMessageTimeoutTicks())
      : settings.getMessageTimeoutMs(),
    historyBufferSize: settings.getHistoryBufferSize(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    checkpointAfterMs: settings.hasCheckpointAfterTicks()
      ? milliseconds(settings.getCheckpointAfterTicks())
      : settings.getCheckpointAfterMs(),
  };
}

function milliseconds(ticks: string): number {
  return Math.trunc(Number(ticks) / TICKS_PER_MILLISECOND);
}

/** The name counts, where there is one; the number is what clients sent before. */
function strategyOf(settings: Settings, failed: Failed): ConsumerStrategyName {
  const name = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  const strategy =
    name === '' ? STRATEGIES[settings.getNamedConsumerStrategy()] : CONSUMER_STRATEGIES.find((known) => known === name);
  if (strategy !== undefined) return strategy;
  throw failed(`the consumer strategy must be one of ${CONSUMER_STRATEGIES.join(', ')}`);
}
