import { describe, expect, it } from 'vitest';
import { codesOf } from './codes';

const stale = { maxAge: '10m' };

describe('a fallback', () => {
  it('of a route without targets has nothing to follow, and no answers to keep', () => {
    expect(codesOf({ fallback: { pool: 'live' } })).toEqual(['SPW3008 fallback.pool']);
    expect(codesOf({ fallback: { stale } })).toEqual(['SPW3008 fallback.stale']);
    expect(codesOf({ split: { arms: [{ name: 'a', weight: 1, tiers: ['live'] }] }, fallback: { stale } })).toEqual([]);
  });

  it('can give earlier answers only where some are kept: those to GET', () => {
    expect(codesOf({ pool: 'live', methods: ['POST', 'HEAD'], fallback: { stale } })).toEqual([
      'SPW3008 fallback.stale',
    ]);
    expect(codesOf({ pool: 'live', methods: ['POST', 'GET'], fallback: { stale } })).toEqual([]);
  });

  it('may have one other answer beside the earlier ones, and no two', () => {
    expect(codesOf({ pool: 'live', fallback: { stale, json: {} } })).toEqual([]);
    expect(codesOf({ pool: 'live', fallback: { stale, json: {}, text: 'a' } })).toEqual(['SPW3005 fallback']);
  });

  it('by redirect has the redirect’s own status', () => {
    expect(codesOf({ pool: 'live', fallback: { redirect: { location: '/away' }, status: 503 } })).toEqual([
      'SPW3008 fallback.status',
    ]);
  });

  it.each(['', 'a b', 'http://a\r\nX: y', '/ä'])('cannot redirect to %j', (location) => {
    expect(codesOf({ pool: 'live', fallback: { redirect: { location } } })).toEqual([
      'SPW2009 fallback.redirect.location',
    ]);
  });

  it.each(['text', 'text/*', 'text/html\r\nX: y', '/html', 'a/b/c'])('has no form of type %j', (contentType) => {
    expect(codesOf({ pool: 'live', fallback: { text: 'a', alternatives: [{ contentType, text: 'b' }] } })).toEqual([
      'SPW2017 fallback.alternatives[0].contentType',
    ]);
  });
});

describe('a rehearsal', () => {
  const rehearsal = { percent: 1 };

  it('needs something behind the first tier', () => {
    expect(codesOf({ pool: 'live', rehearsal })).toEqual(['SPW5004 rehearsal']);
    expect(codesOf({ tiers: ['live'], rehearsal })).toEqual(['SPW5004 rehearsal']);
    expect(codesOf({ split: { arms: [{ name: 'a', weight: 1, tiers: ['live'] }] }, rehearsal })).toEqual([
      'SPW5004 rehearsal',
    ]);
  });

  it.each([
    ['another pool', { tiers: ['live', 'standby'] }],
    ['a lower priority', { pool: 'both' }],
    ['priorities that DNS may know', { pool: 'service' }],
    ['a fallback', { pool: 'live', fallback: { text: 'a' } }],
    ['another pool in one arm', { split: { arms: [{ name: 'a', weight: 1, tiers: ['live', 'standby'] }] } }],
  ])('is content with %s', (_, route) => {
    expect(codesOf({ ...route, rehearsal })).toEqual([]);
  });

  it('needs requests that may be rehearsed', () => {
    const route = { tiers: ['live', 'standby'], methods: ['POST'] };
    expect(codesOf({ ...route, rehearsal })).toEqual(['SPW5004 rehearsal']);
    expect(codesOf({ ...route, rehearsal: { methods: ['POST'] } })).toEqual([]);
  });
});
