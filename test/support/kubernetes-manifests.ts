import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** An object as Kubernetes takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: of every kind
  readonly [field: string]: any;
}

/** What a folder's kustomization names. */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly secretGenerator: readonly { readonly name: string; readonly files: readonly string[] }[];
}

export function readKustomization(folder: string): Kustomization {
  return parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'));
}

/** Every object of the files that the kustomization lists. */
export function readObjects(folder: string): readonly KubernetesObject[] {
  return readKustomization(folder).resources.flatMap((file) => {
    const documents = [...parseAllDocuments(readFileSync(join(folder, file), 'utf8'))];
    return documents.map((document) => {
      const [error] = [...document.errors, ...document.warnings];
      if (error !== undefined) throw error;
      return document.toJS() as KubernetesObject;
    });
  });
}
