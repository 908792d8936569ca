import { Construct } from 'constructs';
import {
  type Api,
  formatPath,
  formatProblem,
  InvalidDescription,
  MODEL_VERSION,
  type Path,
  type Problem,
  validate,
} from '../model';
import { withSupport } from '../passes';
import type { Platform } from './platform';
import { Route, type RouteProps } from './route';
import { TargetPool, type TargetPoolProps } from './target-pool';
import { toWords } from './words';
import type { ApiOptions, ListenerOptions } from './words.generated';

/** An API's platform and listeners, and what every API may have. */
export interface ScalableApiProps extends ApiOptions {
  /** Where the API runs. */
  readonly platform: Platform;
  /**
   * The name in metrics, logs and file names.
   * @default - the construct's id
   */
  readonly apiName?: string;
  /**
   * Where clients connect, by name.
   * @default - one http listener called `web` on port 8080 of the loopback address
   */
  readonly listeners?: { [name: string]: ListenerOptions };
}

/** A client on the same machine can try it; nobody else reaches it by accident. */
const DEFAULT_LISTENERS = { web: { address: '127.0.0.1', port: 8080 } };

/**
 * An API: its listeners, its pools and its routes, on one platform.
 *
 * @example
 * declare const platform: Platform;
 * const api = new ScalableApi(this, 'Shop', { platform, listeners: { web: { port: 8080 } } });
 */
export class ScalableApi extends Construct {
  /** The name in metrics, logs and file names. */
  public readonly apiName: string;

  /** @internal */
  public readonly _platform: Platform;

  private readonly props: ScalableApiProps;
  private readonly listeners: { [name: string]: ListenerOptions };
  private readonly pools: TargetPool[] = [];
  private readonly routes: Route[] = [];
  private readonly told = new Set<string>();

  constructor(scope: Construct, id: string, props: ScalableApiProps) {
    super(scope, id);
    this.apiName = props.apiName ?? id;
    this._platform = props.platform;
    this.props = props;
    // Without a prototype, a listener may have any name until the model judges it.
    this.listeners = Object.assign(Object.create(null), props.listeners);
    this.node.addValidation({ validate: () => this.problemLines() });
    this._platform._bindApi(this);
  }

  /**
   * Adds a place where clients connect.
   * @throws Error where there is a listener of that name.
   */
  public addListener(name: string, options: ListenerOptions): void {
    if (Object.hasOwn(this.listeners, name))
      throw new Error(`${this.node.path}: there is a listener called "${name}" already; give this one another name`);
    this.listeners[name] = options;
  }

  /** Adds a pool; the same as `new TargetPool(api, id, props)`. */
  public addTargetPool(id: string, props: TargetPoolProps): TargetPool {
    return new TargetPool(this, id, props);
  }

  /** Adds a route; the same as `new Route(api, id, props)`. */
  public addRoute(id: string, props: RouteProps): Route {
    return new Route(this, id, props);
  }

  /** @internal */
  public _addPool(pool: TargetPool): void {
    this.pools.push(pool);
    this._platform._bindPool(pool);
  }

  /** @internal */
  public _addRoute(route: Route): void {
    this.routes.push(route);
    this._platform._bindRoute(route);
  }

  /** @internal The whole API in the words of a file. */
  public _description(): unknown {
    const { platform, apiName, listeners, ...options } = this.props;
    const words = toWords(options, platform._tokens, this) as object;
    return {
      version: MODEL_VERSION,
      name: toWords(this.apiName, platform._tokens, this),
      platform: platform._choice,
      ...words,
      listeners: toWords(
        Object.keys(this.listeners).length > 0 ? this.listeners : DEFAULT_LISTENERS,
        platform._tokens,
        this,
      ),
      pools: Object.fromEntries(this.pools.map((pool) => [pool.poolName, pool._words()])),
      routes: Object.fromEntries(this.routes.map((route) => [route.routeName, route._words()])),
    };
  }

  /** @internal The description, the model and all that is to be said about them. */
  public _compile(): { description: unknown; api?: Api; problems: readonly Problem[] } {
    const description = this._description();
    return { description, ...withSupport(validate(description), description, this._platform._support) };
  }

  /**
   * @internal The model, where the description has no error.
   * @throws InvalidDescription otherwise, so that nothing is made from it.
   */
  public _model(): { description: unknown; api: Api } {
    const { description, api, problems } = this._compile();
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (api === undefined || errors.length > 0)
      throw new InvalidDescription(errors.map((item) => this.inConstructs(item)));
    return { description, api };
  }

  private problemLines(): string[] {
    const lines = this._compile().problems.map((item) => ({
      severity: item.severity,
      text: formatProblem(this.inConstructs(item)),
    }));
    for (const { severity, text } of lines) {
      if (severity === 'error' || this.told.has(text)) continue;
      this.told.add(text);
      this._platform._tell(this, severity, text);
    }
    return lines.filter(({ severity }) => severity === 'error').map(({ text }) => text);
  }

  /** Says where a problem is in the terms of a program: the construct's path, then the words below it. */
  private inConstructs(item: Problem): Problem {
    const [section, name, ...rest] = item.path;
    const construct = section === 'pools' || section === 'routes' ? this.node.tryFindChild(String(name)) : undefined;
    const below: Path = construct ? rest : item.path;
    const where = (construct ?? this).node.path;
    return {
      ...item,
      path: [],
      message: `${where}${below.length > 0 ? ` ${formatPath(below)}` : ''}: ${item.message}`,
    };
  }
}
