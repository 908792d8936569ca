import { expect, it } from 'vitest';
import { preferredCoding } from '../../../src/runtime/policies/accept-encoding';
import { isCompressible } from '../../../src/runtime/policies/compressible';

it.each([
  [[], undefined],
  [[''], undefined],
  [['gzip'], 'gzip'],
  [['GZIP'], 'gzip'],
  [['x-gzip'], 'gzip'],
  [['br'], 'br'],
  [['gzip, deflate, br'], 'br'],
  [['gzip', 'br'], 'br'],
  [['*'], 'br'],
  [['*;q=0.5, br;q=0'], 'gzip'],
  [['gzip;q=1.0, br;q=0.9'], 'gzip'],
  [['gzip ; q=0.5 , br ; q=0.500'], 'br'],
  [['gzip;q=0, br;q=0'], undefined],
  [['gzip;q=0.000'], undefined],
  [['identity'], undefined],
  [['identity;q=0.5, gzip;q=0.4'], undefined],
  [['identity;q=0.5, gzip;q=0.6'], 'gzip'],
  [['identity;q=0, *'], 'br'],
  [['deflate, zstd'], undefined],
  [['gzip;q=2'], undefined],
  [['gzip;q=-1, br;q=a'], undefined],
  [['gzip;level=9'], undefined],
  [[',, gzip ,,'], 'gzip'],
])('a client that says %j gets %s', (lines, expected) => {
  expect(preferredCoding(lines)).toBe(expected);
});

it.each([
  ['text/html; charset=utf-8', true],
  ['TEXT/PLAIN', true],
  ['application/json', true],
  ['application/problem+json', true],
  ['image/svg+xml', true],
  ['text/event-stream', false],
  ['text/event-stream; charset=utf-8', false],
  ['image/png', false],
  ['application/octet-stream', false],
  ['application/grpc', false],
  ['', false],
])('a body of type %j gets smaller: %s', (type, expected) => {
  expect(isCompressible(type)).toBe(expected);
});
