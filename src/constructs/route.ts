import { Construct } from 'constructs';
import type { ScalableApi } from './scalable-api';
import { toWords } from './words';
import type { RouteOptions } from './words.generated';

export interface RouteProps extends RouteOptions {}

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
    return toWords(this.props, this.api._platform._tokens) as object;
  }
}
