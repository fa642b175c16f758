import { randomUUID } from 'node:crypto';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { encodeId } from '#libs/engine/event-store/embedded/event-id.js';

/** Where the gateway is reached. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

const TICKS_PER_MILLISECOND = 10_000n;

/**
 * The Gossip service: a cluster of one node, which leads it. The node is where the client has called it: that way is
 * open, whatever stands between them, and under TLS the client has found the certificate good for that name.
 *
 * @param listening where it is for a client that does not say whom it calls; asked for at each call, for a port of 0
 *   is known only once the gateway listens
 */
export function gossipHandlers(listening: () => GatewayAddress): UntypedServiceImplementation {
  // Clients check that it is a UUID of a known version.
  const bytes = encodeId(randomUUID());
  const instance = new shared.UUID.Structured();
  instance.setMostSignificantBits(`${bytes.readBigInt64BE(0)}`);
  instance.setLeastSignificantBits(`${bytes.readBigInt64BE(8)}`);
  const id = new shared.UUID();
  id.setStructured(instance);
  const startedAt = `${BigInt(Date.now()) * TICKS_PER_MILLISECOND}`;
  return {
    read: (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
      const { host, port } = calledAddress(call.getHost()) ?? listening();
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress(host);
      endPoint.setPort(port);
      const member = new gossip.MemberInfo();
      member.setInstanceId(id);
      member.setTimeStamp(startedAt);
      member.setState(gossip.MemberInfo.VNodeState.LEADER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endPoint);
      const cluster = new gossip.ClusterInfo();
      cluster.setMembersList([member]);
      callback(null, cluster);
    },
  };
}

/** The host and port that a client has called; undefined when it names no port. */
function calledAddress(authority: string): GatewayAddress | undefined {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(authority) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
