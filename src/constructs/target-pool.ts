import { Construct, type IConstruct } from 'constructs';
import type { ScalableApi } from './scalable-api';
import type { Targets } from './targets';
import { splitDeferredAddress, toWords } from './words';
import type { PoolOptions } from './words.generated';

/** A pool of targets that a route can name. */
export interface ITargetPool extends IConstruct {
  /** The pool's name in the description, in metrics and in logs. */
  readonly poolName: string;
}

/** A pool's members, and what every pool may have. */
export interface TargetPoolProps extends PoolOptions {
  /** Who the members are. */
  readonly targets: Targets;
}

/**
 * Targets that share a policy.
 *
 * @example
 * declare const api: ScalableApi;
 * new TargetPool(api, 'Live', {
 *   targets: Targets.of({ address: '10.0.1.4:8080' }, { address: '10.0.1.5:8080', priority: -1 }),
 *   healthCheck: { path: '/healthz' },
 * });
 */
export class TargetPool extends Construct implements ITargetPool {
  public readonly poolName: string;

  private readonly props: TargetPoolProps;
  private readonly api: ScalableApi;

  constructor(scope: ScalableApi, id: string, props: TargetPoolProps) {
    super(scope, id);
    this.poolName = id;
    this.api = scope;
    this.props = props;
    scope._addPool(this);
  }

  /** @internal */
  public get _name(): string {
    return this.poolName;
  }

  /** @internal In the words of a file. */
  public _words(): object {
    const tokens = this.api._platform._tokens;
    const { targets, ...options } = this.props;
    const members = targets._words as { targets?: readonly { address: string; port?: number }[] };
    const split = members.targets?.map((backend) => ({ ...backend, ...splitDeferredAddress(backend.address, tokens) }));
    return toWords({ ...options, ...members, ...(split ? { targets: split } : {}) }, tokens) as object;
  }
}
