import { Construct } from 'constructs';
import type { FallbackResponse } from './fallback-response';
import type { ScalableApi } from './scalable-api';
import type { ITargetPool } from './target-pool';
import { toWords } from './words';
import type { Redirect, RouteOptions, Split } from './words.generated';

/** Exactly one of `pool`, `tiers`, `split` and `redirect`; or a `fallback` alone, which is a static answer. */
export interface RouteProps extends RouteOptions {
  /**
   * The pool; short for one tier.
   * @default - none
   */
  readonly pool?: ITargetPool;
  /**
   * The pools, in the order of failover.
   * @default - none
   */
  readonly tiers?: ITargetPool[];
  /**
   * Divides requests by weight, for a canary or an A-B test.
   * @default - none
   */
  readonly split?: Split;
  /**
   * Sends the client elsewhere.
   * @default - none
   */
  readonly redirect?: Redirect;
  /**
   * The answer when nothing else can answer.
   * @default - a short JSON body with status 502, 503 or 504
   */
  readonly fallback?: FallbackResponse;
}

/** Which requests go where, and what happens when that fails: the general form. */
export class Route extends Construct {
  /** The route's name in the description, in metrics and in logs. */
  public readonly routeName: string;

  private readonly props: RouteProps;
  private readonly api: ScalableApi;

  constructor(scope: ScalableApi, id: string, props: RouteProps) {
    super(scope, id);
    this.routeName = id;
    this.api = scope;
    this.props = props;
    scope._addRoute(this);
  }

  /** @internal In the words of a file. */
  public _words(): object {
    return toWords(this.props, this.api._platform._tokens, this.api) as object;
  }
}
