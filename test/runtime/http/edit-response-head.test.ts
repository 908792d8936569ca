import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editResponseHead, OctetBuffer, type ResponseChanges, ResponseHead } from '../../../src/runtime/http';
import { changed, field, fieldChanges, fieldsOf, linesOf, NO_CHANGES } from './heads';

const NOTHING: ResponseChanges = { status: undefined, framing: undefined, fields: NO_CHANGES };
const head = new ResponseHead();

/** The edited head; `undefined` where it was refused. */
function edit(text: string, changes: Partial<ResponseChanges>): Buffer | undefined {
  // Heads stand anywhere in what was read.
  const bytes = Buffer.from(`...${text}data`, 'latin1');
  const to = new OctetBuffer(16);
  const headEnd = head.read(bytes, 3, bytes.length);
  expect(headEnd).toBe(text.length + 3);
  if (editResponseHead(to, head, bytes, 3, headEnd, { ...NOTHING, ...changes })) return Buffer.from(to.view());
  expect(to.length).toBe(0);
  return undefined;
}

const text = (text: string, changes: Partial<ResponseChanges>) => edit(text, changes)?.toString('latin1');

describe('the edited head of a response', () => {
  it('reads as exactly the wanted status, fields and framing', () => {
    const framing = fc.constantFrom<ResponseChanges['framing']>(undefined, 0, 12, 'chunked', 'close', 'none');
    const before = fc.constantFrom(
      'Content-Length: 7\r\n',
      'content-length:007\r\n',
      'Transfer-Encoding: chunked\r\n',
      '',
    );
    const status = fc.option(
      fc.integer({ min: 200, max: 599 }).filter((one) => one !== 204 && one !== 304),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        fc.array(field, { maxLength: 8 }),
        fieldChanges,
        before,
        framing,
        status,
        (fields, changes, before, framing, status) => {
          const result = edit(`HTTP/1.1 200 Fine\r\n${before}${linesOf(fields)}\r\n`, {
            status,
            framing,
            fields: changes,
          });
          if (result === undefined) throw new Error('refused');
          expect(head.read(result, 0, result.length)).toBe(result.length);
          const length = framing ?? (before.includes('7') ? 7 : before === '' ? 'close' : 'chunked');
          expect([head.status, head.contentLength, head.chunked, head.cuts]).toEqual([
            status ?? 200,
            typeof length === 'number' ? length : -1,
            length === 'chunked',
            0,
          ]);
          const others = fieldsOf(result).filter(
            ({ name }) => name !== 'Content-Length' && name !== 'Transfer-Encoding',
          );
          expect(others).toEqual(changed(fields, changes));
        },
      ),
    );
  });

  it('says nothing of the connection to the target, and nothing that is set can be taken for it', () => {
    const from = 'HTTP/1.1 200 OK\r\nConnection: X-A, close\r\nX-A: 1\r\nKeep-Alive: 5\r\nB: 2\r\n\r\n';
    const fields = { ...NO_CHANGES, set: new Map([['x-a', { name: 'X-A', value: '3' }]]) };
    expect(text(from, { fields })).toBe('HTTP/1.1 200 OK\r\nB: 2\r\nX-A: 3\r\n\r\n');
  });

  it('keeps the reason phrase with its status, and takes the registered one for another', () => {
    expect(text('HTTP/1.1 200 Fine\r\n\r\n', {})).toBe('HTTP/1.1 200 Fine\r\n\r\n');
    expect(text('HTTP/1.1 200 Fine\r\n\r\n', { status: 200 })).toBe('HTTP/1.1 200 Fine\r\n\r\n');
    expect(text('HTTP/1.1 200 Fine\r\n\r\n', { status: 404 })).toBe('HTTP/1.1 404 Not Found\r\n\r\n');
  });

  it('is HTTP/1.1, whatever the target speaks', () => {
    expect(text('HTTP/1.0 200 OK\r\nA: b\r\n\r\n', {})).toBe('HTTP/1.1 200 OK\r\nA: b\r\n\r\n');
  });

  it('has a body of no octets where only the old status had none, and none where the new one has none', () => {
    expect(text('HTTP/1.1 204 No Content\r\n\r\n', { status: 200 })).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    );
    expect(text('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', { status: 204 })).toBe(
      'HTTP/1.1 204 No Content\r\n\r\n',
    );
    expect(text('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', { status: 204 })).toContain('Length: 5');
  });

  it.each(['a\r\nB: c', 'a\nb', '\0'])('is not written with the value %j', (value) => {
    const fields = { ...NO_CHANGES, added: [{ name: 'A', value }] };
    expect(text('HTTP/1.1 200 OK\r\n\r\n', { fields })).toBeUndefined();
  });
});
