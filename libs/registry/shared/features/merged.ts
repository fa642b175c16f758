import type { Feature } from './feature.js';

/** The parts of a manifest that are tables. */
type TablePart = 'events' | 'refusals' | 'groups' | 'permissions' | 'fieldExamples';

/**
 * One table of what all features declare.
 *
 * @throws Error two features declare the same key
 */
export function merged<Part extends TablePart>(features: readonly Feature[], part: Part): NonNullable<Feature[Part]> {
  const owners = new Map<string, string>();
  for (const feature of features) {
    for (const key of Object.keys(feature[part] ?? {})) {
      const owner = owners.get(key);
      if (owner !== undefined) throw new Error(`${part}: ${owner} and ${feature.name} both declare ${key}`);
      owners.set(key, feature.name);
    }
  }
  return Object.assign({}, ...features.map((feature) => feature[part]));
}
