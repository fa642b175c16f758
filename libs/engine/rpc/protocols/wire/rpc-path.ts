import type { DescMethod } from '@bufbuild/protobuf';

/** The path of a call in gRPC, gRPC-web and Connect. */
export function rpcPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}
