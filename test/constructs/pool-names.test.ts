import { Construct, RootConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { type ITargetPool, ScalableApi, Targets } from '../../src/constructs';
import { toWords } from '../../src/constructs/words';
import { FakePlatform, headlines, TOKENS } from './support';

const LIVE = { targets: Targets.addresses('10.0.0.1:80') };

/** Somebody else's construct that stands for a pool. */
class BorrowedPool extends Construct implements ITargetPool {
  public readonly poolName = 'borrowed';
}

function newApis() {
  const root = new RootConstruct('App');
  const props = { platform: new FakePlatform() };
  return { shop: new ScalableApi(root, 'Shop', props), other: new ScalableApi(root, 'Other', props) };
}

describe('a pool in the words of an API', () => {
  it('is its name wherever it stands', () => {
    const { shop } = newApis();
    const pool = shop.addTargetPool('live', LIVE);
    expect(toWords({ tiers: [pool], mirror: { pool } }, TOKENS, shop)).toEqual({
      tiers: ['live'],
      mirror: { pool: 'live' },
    });
  });

  it('is the name that it has, not its id, whoever made its class', () => {
    const { shop } = newApis();
    expect(toWords([new BorrowedPool(shop, 'Pool')], TOKENS, shop)).toEqual(['borrowed']);
  });

  it('is its path where it is a pool of another API', () => {
    const { shop, other } = newApis();
    expect(toWords([other.addTargetPool('live', LIVE)], TOKENS, shop)).toEqual(['App/Other/live']);
  });
});

it('the pool of another API is an error that tells its path, though this API has a pool of the same name', () => {
  const { shop, other } = newApis();
  shop.addTargetPool('live', LIVE);
  shop.addRoute('all', { pool: other.addTargetPool('live', LIVE) });
  const unknown = shop.node.validate().filter((line) => line.includes('SPW3001'));
  expect(headlines(unknown)).toEqual(['error SPW3001 App/Shop/all pool: there is no pool of this name']);
  expect(unknown[0]).toContain('found "App/Other/live"\n    allowed: live');
});
