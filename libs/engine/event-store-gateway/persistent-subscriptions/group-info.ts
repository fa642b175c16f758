import messages from '@eventstore/db-client/generated/persistent_pb.js';
import type { GroupSource, GroupStart } from './group-definition.js';
import { sourceName } from './group-definition.js';
import type { RunningGroup } from './running-group.js';

const { SubscriptionInfo } = messages;
type Info = InstanceType<typeof SubscriptionInfo>;
type Connection = InstanceType<typeof SubscriptionInfo.ConnectionInfo>;

/**
 * The SubscriptionInfo of a group. Each call ends one throughput interval and begins the next one, as in EventStoreDB.
 *
 * @param now in milliseconds since 1970
 * @throws EventStoreUnavailableError the log cannot be read
 */
export async function groupInfo(group: RunningGroup, now: number): Promise<Info> {
  const { definition, feed } = group;
  const { lastWritten } = group.progress;
  const { source, startFrom, settings } = definition;
  const live = await feed.reader.isAtEnd(group.lastRead);
  const parkedCount = await group.parkedCount();
  const info = new SubscriptionInfo();
  info.setEventSource(sourceName(source));
  info.setGroupName(definition.group);
  info.setStatus(live ? 'Live' : 'Behind');
  info.setStartFrom(startText(source, startFrom));
  if (feed.lastKnown !== undefined) info.setLastKnownEventPosition(positionText(source, feed.lastKnown));
  if (lastWritten !== undefined) info.setLastCheckpointedEventPosition(positionText(source, lastWritten));
  info.setResolveLinkTos(settings.resolveLinks);
  info.setExtraStatistics(settings.extraStatistics);
  info.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  info.setMaxRetryCount(settings.maxRetryCount);
  info.setLiveBufferSize(settings.liveBufferSize);
  info.setBufferSize(settings.historyBufferSize);
  info.setReadBatchSize(settings.readBatchSize);
  info.setCheckPointAfterMilliseconds(settings.checkpointAfterMs);
  info.setMinCheckPointCount(settings.minCheckpointCount);
  info.setMaxCheckPointCount(settings.maxCheckpointCount);
  info.setMaxSubscriberCount(settings.maxSubscriberCount);
  info.setNamedConsumerStrategy(settings.strategy);
  info.setParkedMessageCount(`${parkedCount}`);
  setFigures(info, group, live, now);
  return info;
}

function setFigures(info: Info, group: RunningGroup, live: boolean, now: number): void {
  const { statistics, throughput } = group;
  const { total, sinceLast, averagePerSecond } = throughput.measure(now);
  info.setTotalItems(`${total}`);
  info.setCountSinceLastMeasurement(`${sinceLast}`);
  info.setAveragePerSecond(averagePerSecond);
  info.setReadBufferCount(live ? 0 : statistics.buffered);
  info.setLiveBufferCount(live ? `${statistics.buffered}` : '0');
  info.setRetryBufferCount(statistics.retries);
  info.setTotalInFlightMessages(statistics.inFlight);
  info.setOutstandingMessagesCount(statistics.outstanding);
  for (const { id, size, inFlight, latencies } of statistics.subscribers) {
    const joined = group.connected.get(id);
    if (joined === undefined) continue;
    const connection: Connection = new SubscriptionInfo.ConnectionInfo();
    const measured = joined.throughput.measure(now);
    connection.setFrom(joined.connection.peer);
    connection.setUsername(joined.connection.userName);
    connection.setConnectionName(joined.connection.connectionName);
    connection.setAverageItemsPerSecond(measured.averagePerSecond);
    connection.setTotalItems(`${measured.total}`);
    connection.setCountSinceLastMeasurement(`${measured.sinceLast}`);
    connection.setAvailableSlots(size - inFlight);
    connection.setInFlightMessages(inFlight);
    for (const { key, value } of latencies) {
      connection.addObservedMeasurements(new SubscriptionInfo.Measurement().setKey(key).setValue(`${value}`));
    }
    info.addConnections(connection);
  }
}

/** EventStoreDB writes the end as -1. */
function startText(source: GroupSource, start: GroupStart): string {
  return positionText(source, start === 'start' ? 0n : start === 'end' ? -1n : start);
}

function positionText(source: GroupSource, position: bigint): string {
  return source.kind === 'all' ? `C:${position}/P:${position}` : `${position}`;
}
