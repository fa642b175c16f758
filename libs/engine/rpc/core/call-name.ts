import type { DescMethod } from '@bufbuild/protobuf';

/** What a call is called in metrics, logs and traces: `ManagementService/AddAPIApp`. */
export function callName({ parent, name }: DescMethod): string {
  return `${parent.name}/${name}`;
}
