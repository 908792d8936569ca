import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, isInstalled } from '../../support/engines';

const GOLDEN = join(__dirname, '../../golden/nginx');

describe.skipIf(!isInstalled('nginx'))('the parser of nginx', () => {
  it.each(readdirSync(GOLDEN))('accepts %s without a warning', (file) => {
    expect(check('nginx', readFileSync(join(GOLDEN, file), 'utf8'))).toBe('');
  });

  it('is really asked', () => {
    expect(check('nginx', 'no such directive\n')).not.toBe('');
  });
});
