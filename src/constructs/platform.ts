import type { IConstruct } from 'constructs';
import type { PlatformSupport, TokenReader } from '../platform';
import type { Route } from './route';
import type { ScalableApi } from './scalable-api';
import type { TargetPool } from './target-pool';

/**
 * Where an API runs: the one line that changes from destination to destination. Each framework's namespace has its
 * own, such as `LocalPlatform` of `spillway/cdktf`.
 */
export abstract class Platform {
  /** @internal What this platform can do. */
  public abstract readonly _support: PlatformSupport;

  /** @internal How the framework writes a value that is known only at deployment. */
  public abstract readonly _tokens: TokenReader;

  /** @internal The words `type` and `dataPlane` of the description. */
  public abstract readonly _choice: { readonly type: string; readonly dataPlane: string };

  /** @internal Makes what stands for the API as a whole. Values that depend on pools and routes are lazy. */
  public abstract _bindApi(api: ScalableApi): void;

  /** @internal Makes what stands for one pool. */
  public _bindPool(_pool: TargetPool): void {}

  /** @internal Makes what stands for one route. */
  public _bindRoute(_route: Route): void {}

  /** @internal Tells the user what does not stop the compile. */
  public abstract _tell(scope: IConstruct, severity: 'warning' | 'note', text: string): void;
}
