import type { Feature } from './feature.js';

/** What several features have in common and none of them owns. */
export const sharedFeature: Feature = {
  name: 'shared',
  fieldExamples: {
    id: '228204399198372864',
    name: 'Billing',
    resourceOwner: '228204398345880577',
    sequence: '2',
    creationDate: '2026-11-23T21:31:14.406Z',
    changeDate: '2026-11-23T21:31:14.406Z',
  },
};
