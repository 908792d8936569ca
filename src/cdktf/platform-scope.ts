import { Construct } from 'constructs';
import type { ScalableApi } from '../constructs';

/** Where a platform's own resources stand: an id that no pool and no route can have. */
export function platformScope(api: ScalableApi): Construct {
  return new Construct(api, '$platform');
}
