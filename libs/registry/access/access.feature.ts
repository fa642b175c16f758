import type { Feature } from '#libs/registry/shared/features/feature.js';
import { accessRefusals } from './access.refusals.js';

/** Access: who calls, and what the caller may do. */
export const accessFeature: Feature = {
  name: 'access',
  refusals: accessRefusals,
};
