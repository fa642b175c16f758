import messages from '@eventstore/db-client/generated/persistent_pb.js';
import type { GroupSource, GroupStart } from './group-definition.js';
import { sourceName } from './group-definition.js';
import type { RunningGroup } from './running-group.js';

const { SubscriptionInfo } = messages;
type Info = InstanceType<typeof SubscriptionInfo>;
type Connection = InstanceType<typeof SubscriptionInfo.ConnectionInfo>;

/**
 * What EventStoreDB tells of a group. Asking ends one measurement of its speed and begins the next.
 *
 * @param now in milliseconds since 1970
 * @throws EventStoreUnavailableError the log cannot be read
 */
export async function groupInfo(group: RunningGroup, now: number): Promise<Info> {
  const { definition, feed } = group;
  const { lastWritten } = group.progress;
  const { source, startFrom, settings } = definition;
  const live = await feed.reader.isLast(group.read);
  const parkedCount = await group.parkedCount();
  const info = new SubscriptionInfo();
  info.setEventSource(sourceName(source));
  info.setGroupName(definition.group);
  info.setStatus(live ? 'Live' : 'Behind');
  info.setStartFrom(startText(source, startFrom));
  if (feed.newest !== undefined) info.setLastKnownEventPosition(placeText(source, feed.newest));
  if (lastWritten !== undefined) info.setLastCheckpointedEventPosition(placeText(source, lastWritten));
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
  const { figures, measurement } = group;
  const { total, sinceLast, averagePerSecond } = measurement.measure(now);
  info.setTotalItems(`${total}`);
  info.setCountSinceLastMeasurement(`${sinceLast}`);
  info.setAveragePerSecond(averagePerSecond);
  info.setReadBufferCount(live ? 0 : figures.waiting);
  info.setLiveBufferCount(live ? `${figures.waiting}` : '0');
  info.setRetryBufferCount(figures.retries);
  info.setTotalInFlightMessages(figures.inFlight);
  info.setOutstandingMessagesCount(figures.outstanding);
  for (const { id, size, inFlight, latencies } of figures.subscribers) {
    const joined = group.joined.get(id);
    if (joined === undefined) continue;
    const connection: Connection = new SubscriptionInfo.ConnectionInfo();
    const measured = joined.measurement.measure(now);
    connection.setFrom(joined.subscriber.peer);
    connection.setUsername(joined.subscriber.userName);
    connection.setConnectionName(joined.subscriber.connectionName);
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

/** The end is -1, as EventStoreDB writes it. */
function startText(source: GroupSource, start: GroupStart): string {
  return placeText(source, start === 'start' ? 0n : start === 'end' ? -1n : start);
}

function placeText(source: GroupSource, place: bigint): string {
  return source.kind === 'all' ? `C:${place}/P:${place}` : `${place}`;
}
