import messages from '@eventstore/db-client/generated/persistent_pb.js';
import type { FilterDefinition } from '../filters/event-matcher.js';
import { filterDefinitionOf } from '../filters/filter-request.js';
import { type GatewayError, invalidArgument } from '../grpc-errors.js';
import { streamNameOf } from '../stream-identifier.js';
import { ALL } from '../system-streams.js';
import { CONSUMER_STRATEGIES, type ConsumerStrategyName } from './consumer-strategy.js';
import {
  type GroupDefinition,
  type GroupSource,
  type GroupStart,
  type SubscriptionSettings,
  sourceName,
} from './group-definition.js';
import { groupFailed } from './group-errors.js';

type CreateOptions = InstanceType<typeof messages.CreateReq.Options>;
type UpdateOptions = InstanceType<typeof messages.UpdateReq.Options>;
type Settings = InstanceType<typeof messages.CreateReq.Settings> | InstanceType<typeof messages.UpdateReq.Settings>;
type AllOptions = NonNullable<ReturnType<CreateOptions['getAll']> | ReturnType<UpdateOptions['getAll']>>;

type StreamIdentifier = ReturnType<CreateOptions['getStreamIdentifier']>;

/** The source (a stream name or `$all`) and the group name of a request. */
export interface GroupAddress {
  readonly source: string;
  readonly group: string;
}

/**
 * The revision that stands for the end of a stream in EventStoreDB's protocol. Durations there are in ticks of 100 ns.
 */
const END_REVISION = 2n ** 64n - 1n;
const TICKS_PER_MILLISECOND = 10_000;

/** By their enum values in the protocol. */
const STRATEGIES: readonly ConsumerStrategyName[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];

/**
 * The group that a CreateReq defines.
 *
 * @throws GatewayError a field is missing or not valid
 */
export function createdGroup(request: InstanceType<typeof messages.CreateReq>): GroupDefinition {
  const options = request.getOptions();
  const filter = options?.getAll()?.getFilter();
  return definitionOf(options, filter === undefined ? undefined : filterDefinitionOf(filter));
}

/**
 * The group that an UpdateReq defines.
 *
 * @throws GatewayError a field is missing or not valid
 */
export function updatedGroup(request: InstanceType<typeof messages.UpdateReq>): GroupDefinition {
  return definitionOf(request.getOptions(), undefined);
}

/**
 * The group that a request names.
 *
 * @throws GatewayError the request has no options
 */
export function addressOf(
  options: { getStreamIdentifier(): StreamIdentifier; hasAll(): boolean; getGroupName(): string } | undefined,
): GroupAddress {
  if (options === undefined) throw invalidArgument(NO_OPTIONS);
  const source = options.hasAll() ? ALL : streamNameOf(options.getStreamIdentifier());
  return { source, group: options.getGroupName() };
}

const NO_OPTIONS = 'the options are missing';

/** Creates the error of an invalid request. */
type InvalidGroup = (reason: string) => GatewayError;

function definitionOf(
  options: CreateOptions | UpdateOptions | undefined,
  filter: FilterDefinition | undefined,
): GroupDefinition {
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) throw invalidArgument(NO_OPTIONS);
  const all = options.getAll();
  const stream = options.getStream();
  const name = streamNameOf(stream?.getStreamIdentifier() ?? options.getStreamIdentifier());
  const source: GroupSource = all === undefined ? { kind: 'stream', stream: name } : { kind: 'all', filter };
  const group = options.getGroupName();
  const invalid = (reason: string) => groupFailed(sourceName(source), group, reason);
  const strategy = strategyOf(settings, invalid);
  const startFrom = all === undefined ? streamStart(stream, settings) : allStart(all, invalid);
  return { source, group, startFrom, settings: settingsOf(settings, strategy) };
}

/** Clients older than 21.10 send the revision in the settings; newer ones send it there as well. */
function streamStart(stream: ReturnType<CreateOptions['getStream']>, settings: Settings): GroupStart {
  if (stream?.hasStart()) return 'start';
  if (stream?.hasEnd()) return 'end';
  const revision = BigInt.asUintN(64, BigInt(stream?.hasRevision() ? stream.getRevision() : settings.getRevision()));
  if (revision === 0n) return 'start';
  return revision === END_REVISION ? 'end' : revision;
}

function allStart(all: AllOptions, invalid: InvalidGroup): GroupStart {
  const position = all.getPosition();
  if (position !== undefined) {
    const commit = BigInt(position.getCommitPosition());
    const prepare = BigInt(position.getPreparePosition());
    if (prepare > commit)
      throw invalid(`the prepare position ${prepare} must not be greater than the commit position ${commit}`);
    return commit;
  }
  return all.hasEnd() ? 'end' : 'start';
}

function settingsOf(settings: Settings, strategy: ConsumerStrategyName): SubscriptionSettings {
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

/** Clients send the enum value, newer ones also a name, which takes precedence. */
function strategyOf(settings: Settings, invalid: InvalidGroup): ConsumerStrategyName {
  const name = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  const strategy =
    name === '' ? STRATEGIES[settings.getNamedConsumerStrategy()] : CONSUMER_STRATEGIES.find((known) => known === name);
  if (strategy !== undefined) return strategy;
  throw invalid(`the consumer strategy must be one of ${CONSUMER_STRATEGIES.join(', ')}`);
}
