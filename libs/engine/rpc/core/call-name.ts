import type { DescMethod } from '@bufbuild/protobuf';

/** The name of a call in metrics, logs and traces: `ManagementService/AddAPIApp`. */
export function callName({ parent, name }: DescMethod): string {
  return `${parent.name}/${name}`;
}
