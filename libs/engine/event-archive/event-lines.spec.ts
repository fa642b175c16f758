import fc from 'fast-check';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { EventLines } from './event-lines.js';
import { parseEventLine } from './parse-event-line.js';

const event = (changes: Partial<RecordedBytes> = {}): RecordedBytes => ({
  id: '4eb3c783-8828-4061-b64b-79f2da81731d',
  stream: 'order-1',
  revision: 0n,
  position: 7n,
  type: 'OrderPlaced',
  isJson: true,
  data: Buffer.from('{"amount":1.0}'),
  metadata: Buffer.from('{"user":"a"}'),
  recordedAt: Date.UTC(2026, 0, 31, 12),
  ...changes,
});

function linesOf(...events: readonly RecordedBytes[]): readonly string[] {
  const lines = new EventLines();
  for (const one of events) lines.add(one);
  return lines.take().toString().split('\n').slice(0, -1);
}

const plain = ({ data, metadata, ...rest }: RecordedBytes) => ({
  ...rest,
  data: Buffer.from(data).toString('hex'),
  metadata: Buffer.from(metadata).toString('hex'),
});

describe('the line of an event', () => {
  it('is one object with the data as they were written', () => {
    expect(linesOf(event())).toEqual([
      '{"stream":"order-1","revision":"0","id":"4eb3c783-8828-4061-b64b-79f2da81731d","type":"OrderPlaced",' +
        '"time":"2026-01-31T12:00:00.000Z","position":"7","data":{"amount":1.0},"metadata":{"user":"a"}}',
    ]);
  });

  it.each([
    ['with a line break', '{\n}', '"dataBase64":"ewp9"'],
    ['with a blank before it', '\t0', '"dataBase64":"CTA="'],
    ['with a blank after it', '0 ', '"dataBase64":"MCA="'],
    ['that is not JSON', '{', '"dataBase64":"ew=="'],
    ['that is not there', '', '"position":"7","metadata"'],
    ['that is a text', '"ü"', '"data":"ü"'],
  ])('has data %s', (_, data, expected) => {
    expect(linesOf(event({ data: Buffer.from(data) }))[0]).toContain(expected);
  });

  it('has the bytes of an event that is not JSON', () => {
    const bytes = Buffer.from([0xff, 0x0a]);
    expect(linesOf(event({ isJson: false, data: bytes, metadata: Buffer.from('{}') }))[0]).toContain(
      ',"json":false,"dataBase64":"/wo=","metadataBase64":"e30="}',
    );
  });

  it('is read as the event that was written, whatever its bytes are', () => {
    const bytes = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array(),
      fc.constant(Buffer.alloc(0)),
    );
    const events = fc.record({
      data: bytes,
      metadata: bytes,
      isJson: fc.boolean(),
      stream: fc.string(),
      type: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 5 }), (changes) => {
        const written = changes.map((change) => event(change));
        const read = linesOf(...written).map((line) => parseEventLine(Buffer.from(line)));
        expect(read.map(plain)).toEqual(written.map(plain));
      }),
    );
  });

  it('holds an event that is larger than a piece of text', () => {
    const data = Buffer.from(JSON.stringify('x'.repeat(3_000_000)));
    const [line = ''] = linesOf(event({ data }));
    expect(plain(parseEventLine(Buffer.from(line)))).toEqual(plain(event({ data })));
  });
});

describe('a line that is no event', () => {
  const [line = ''] = linesOf(event());
  it.each([
    ['', 'it is not JSON'],
    ['[]', 'must be an object'],
    [line.replace('"0"', '0'), 'revision must be a whole number in a string'],
    [line.replace('"position":"7"', '"position":"-7"'), 'position must be a whole number'],
    [line.replace('12:00:00.000Z', '12:00Z'), 'time must be a time such as'],
    [line.replace('"data"', '"date"'), 'date is not a known field'],
    [line.replace('"data"', '"dataBase64":"e30=","data"'), 'both data and dataBase64'],
    [line.replace('"data":{"amount":1.0}', '"dataBase64":"e3"'), 'dataBase64 must be bytes in base64'],
  ])('%s: %s', (text, fault) => {
    expect(() => parseEventLine(Buffer.from(text))).toThrow(fault);
  });
});
