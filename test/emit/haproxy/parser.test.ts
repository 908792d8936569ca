import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, isInstalled } from '../../support/engines';

const GOLDEN = join(__dirname, '../../golden/haproxy');

describe.skipIf(!isInstalled('haproxy'))('the parser of haproxy', () => {
  it.each(readdirSync(GOLDEN))('accepts %s without a warning', (file) => {
    expect(check('haproxy', readFileSync(join(GOLDEN, file), 'utf8'))).toBe('');
  });

  it('is really asked', () => {
    expect(check('haproxy', 'no such directive\n')).not.toBe('');
  });
});
