import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DynamicTable, TABLE_SIZE } from '../../../../src/runtime/http2/hpack/dynamic-table';
import { STATIC_SIZE } from '../../../../src/runtime/http2/hpack/static-table';

const sizeOf = (line: string) => line.length - 4 + 32;

/** A table as RFC 7541 describes it, in the plainest way. */
class Model {
  lines: string[] = [];
  limit = TABLE_SIZE;

  insert(line: string): void {
    this.lines.unshift(line);
    this.evict();
  }

  evict(): void {
    while (this.lines.reduce((sum, line) => sum + sizeOf(line), 0) > this.limit) this.lines.pop();
  }
}

const line = fc
  .tuple(fc.stringMatching(/^[a-z]{1,30}$/), fc.integer({ min: 0, max: 600 }), fc.constantFrom(1, 1, 1, 1, 8))
  .map(([name, length, times]) => `${name}: ${'v'.repeat(length * times)}\r\n`);
const step = fc.oneof(
  { weight: 9, arbitrary: line },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: TABLE_SIZE }) },
);

function linesOf(table: DynamicTable): string[] {
  const lines: string[] = [];
  for (let index = STATIC_SIZE + 1; table.find(index) >= 0; index++) {
    const entry = table.find(index);
    const text = table.octets.toString('latin1', table.startOf(entry), table.endOf(entry));
    expect(text.indexOf(':')).toBe(table.nameEndOf(entry) - table.startOf(entry));
    lines.push(text);
  }
  return lines;
}

describe('the dynamic table', () => {
  it('holds what a plain list would, whatever is inserted, in bounded memory', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = new DynamicTable();
        const model = new Model();
        for (const one of steps) {
          if (typeof one === 'number') {
            table.resize(one);
            model.limit = one;
            model.evict();
          } else {
            const octets = Buffer.from(one);
            table.insert(octets, 0, one.indexOf(':'), octets.length, 7);
            model.insert(one);
          }
        }
        expect(linesOf(table)).toEqual(model.lines);
        expect(table.octets.length).toBeLessThanOrEqual(4 * TABLE_SIZE);
      }),
      { numRuns: 300 },
    );
  });

  it('may not grow beyond what was agreed on', () => {
    expect(new DynamicTable().resize(TABLE_SIZE + 1)).toBe(false);
  });

  it('has no memory before the first entry', () => {
    expect(new DynamicTable().octets.length).toBe(0);
  });
});
