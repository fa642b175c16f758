import type { DescMethod } from '@bufbuild/protobuf';

/** Where gRPC, gRPC-web and Connect find a call. */
export function rpcPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}
