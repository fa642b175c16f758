import { randomUUID } from 'node:crypto';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { encodeId } from '#libs/engine/event-store/embedded/event-id.js';
import { type CallHandlers, unary } from './grpc/call-handler.js';

/** An address of the gateway. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

export const { GossipService } = gossipService;

const TICKS_PER_MILLISECOND = 10_000n;

/**
 * The Gossip service of a cluster with one node, the leader. The node's address is the one that the client called: it
 * is reachable from there even through a proxy, and matches the certificate under TLS.
 *
 * @param listening returns the address for clients that send no authority; a function, because port 0 is resolved only
 *   when the gateway listens
 */
export function gossipHandlers(listening: () => GatewayAddress): CallHandlers<typeof GossipService> {
  // Clients accept only UUIDs of a known version.
  const bytes = encodeId(randomUUID());
  const instance = new shared.UUID.Structured();
  instance.setMostSignificantBits(`${bytes.readBigInt64BE(0)}`);
  instance.setLeastSignificantBits(`${bytes.readBigInt64BE(8)}`);
  const id = new shared.UUID();
  id.setStructured(instance);
  const startedAt = `${BigInt(Date.now()) * TICKS_PER_MILLISECOND}`;
  return {
    read: unary(GossipService.read, (_, { authority }) => {
      const { host, port } = calledAddress(authority) ?? listening();
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
      return cluster;
    }),
  };
}

/** The address in the authority of a call; undefined if it has no port. */
function calledAddress(authority: string): GatewayAddress | undefined {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(authority) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
