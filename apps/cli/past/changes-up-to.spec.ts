import { create } from '@bufbuild/protobuf';
import { ChangeSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { ListDetailsSchema } from '#libs/registry/contract/gen/appledger/v1/list_pb.js';
import { changesUpTo, type PageOfChanges } from './changes-up-to.js';

/** Answers pages of a history of numbered changes, to which as many are added before each further page. */
function growingHistory(size: number, addedEachTime: number) {
  const numbers = Array.from({ length: size }, (_, index) => index);
  let isFirst = true;
  return async ({ offset, limit, asc }: PageOfChanges) => {
    if (!isFirst) for (let added = 0; added < addedEachTime; added += 1) numbers.push(numbers.length);
    isFirst = false;
    const sorted = asc ? numbers : numbers.toReversed();
    const page = sorted.slice(Number(offset), Number(offset) + limit);
    return {
      details: create(ListDetailsSchema, { totalResult: BigInt(numbers.length) }),
      result: page.map((number) => create(ChangeSchema, { eventId: String(number) })),
    };
  };
}

describe('the changes up to a limit', () => {
  it.each([
    [1, 0],
    [1_000, 0],
    [1_001, 7],
    [2_500, 7],
    [2_500, 3_000],
    [9_000, 1],
  ])('are each there once: at most %i, while %i more are made before each page', async (limit, added) => {
    for (const asc of [true, false]) {
      const { result } = await changesUpTo(limit, asc, growingHistory(2_500, added));
      const all = Array.from({ length: 2_500 }, (_, index) => String(asc ? index : 2_499 - index));
      expect(result.map(({ eventId }) => eventId)).toEqual(all.slice(0, limit));
    }
  });
});
