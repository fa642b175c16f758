/** What the documentation shows as examples, by the JSON names of fields: values as long as real ones are. */
export const fieldExamples: Readonly<Record<string, string>> = {
  id: '228204399198372864',
  appId: '228204399198372864',
  projectId: '228204398345880576',
  clientId: '228204399198372865',
  keyId: '228204399198372866',
  aggregateId: '228204399198372864',
  resourceOwner: '228204398345880577',
  resourceOwnerId: '228204398345880577',
  userId: '228204398345880578',
  editorId: '228204398345880578',
  editorUserId: '228204398345880578',
  name: 'Billing',
  clientSecret: '889PA8zzCrwUeNSr8srLjYZr7TjvdSj8nicFcVxXKl8',
  sequence: '2',
  creationDate: '2026-11-23T21:31:14.406Z',
  changeDate: '2026-11-23T21:31:14.406Z',
};
