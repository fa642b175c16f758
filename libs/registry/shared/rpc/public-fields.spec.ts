import { create, toJson } from '@bufbuild/protobuf';
import { AppSchema, AppState } from '@zitadel/proto/zitadel/app_pb.js';
import { publicFields } from './public-fields.js';

const config = { case: 'apiConfig' as const, value: { clientId: 'c', authMethodType: 1 } };
const details = { sequence: 1n };

describe('the public fields of a message', () => {
  it('are those of this message, whatever differs from the message before', () => {
    const messages = [
      { id: '1', name: 'One', state: AppState.ACTIVE },
      { id: '1', name: 'Two', state: AppState.ACTIVE },
      { id: '1', name: '', state: AppState.ACTIVE },
      { id: '2', name: 'Three', state: AppState.ACTIVE },
      { id: '2', name: 'Three', state: AppState.INACTIVE },
      { id: '2', name: 'Three', state: AppState.INACTIVE, config },
      { id: '2', name: 'Four', state: AppState.INACTIVE, config },
      { id: '2', name: 'Four', state: AppState.INACTIVE, config: { ...config, value: { clientId: 'd' } } },
      { id: '2', name: 'Five', state: AppState.INACTIVE },
      { id: '2', state: AppState.INACTIVE, config },
    ];
    for (const message of [...messages, ...messages.toReversed()]) {
      const expected = toJson(AppSchema, create(AppSchema, message), { alwaysEmitImplicit: true });
      expect(publicFields(AppSchema, { ...message, details })).toEqual(expected);
    }
  });

  it('can be changed by who gets them', () => {
    const message = { id: '1', name: 'One', state: AppState.ACTIVE, config };
    const fields = publicFields(AppSchema, message);
    fields.name = 'Other';
    fields.more = true;
    expect(publicFields(AppSchema, message)).not.toHaveProperty('more');
    expect(publicFields(AppSchema, message).name).toBe('One');
  });
});
