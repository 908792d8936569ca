import { Construct, type IConstruct } from 'constructs';
import type { TokenReader } from '../platform';
import type { ScalableApi } from './scalable-api';
import type { Targets } from './targets';
import { splitDeferredAddress, toWords } from './words';
import type { Backend, PoolOptions } from './words.generated';

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

  /** @internal In the words of a file. */
  public _words(): object {
    const tokens = this.api._platform._tokens;
    const { targets, ...options } = this.props;
    const members = targets._words as { targets?: readonly Backend[] };
    const backends = members.targets?.map((backend) => splitBackend(backend, tokens));
    return toWords({ ...options, ...members, ...(backends ? { targets: backends } : {}) }, tokens, this.api) as object;
  }
}

function splitBackend(backend: Backend, tokens: TokenReader): Backend {
  const { address, port } = splitDeferredAddress(backend.address, tokens);
  // With a word in place of the host, the model compares the two ports as it does for a literal address.
  if (port !== undefined && backend.port !== undefined && port !== backend.port)
    return { ...backend, address: `deferred:${port}` };
  return { ...backend, address, ...(port === undefined ? {} : { port }) };
}
