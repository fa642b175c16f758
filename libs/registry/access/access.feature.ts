import type { Feature } from '#libs/registry/shared/features/feature.js';
import { accessRefusals } from './access.refusals.js';

/** Access: authentication and permissions of callers. */
export const accessFeature: Feature = {
  name: 'access',
  refusals: accessRefusals,
};
