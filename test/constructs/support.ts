import { type IConstruct, RootConstruct } from 'constructs';
import { Platform, type Route, ScalableApi, type ScalableApiProps, type TargetPool } from '../../src/constructs';
import { Ref } from '../../src/model';
import {
  FEATURES,
  native,
  type PlatformSupport,
  type SupportTable,
  type TokenReader,
  type ValueLimit,
} from '../../src/platform';

const MARK = /(@\{\w+\})/;

/** Stands for a number that is known only at deployment, as frameworks use numbers out of the ordinary. */
export const DEFERRED_NUMBER = -1.5e300;

/** A framework that writes deferred values as `@{name}`. */
export const TOKENS: TokenReader = {
  isDeferred: (value) =>
    typeof value === 'string'
      ? MARK.test(value)
      : Array.isArray(value)
        ? value[0] === '@{list}'
        : value === DEFERRED_NUMBER,
  split: (text) =>
    text
      .split(MARK)
      .filter((part) => part !== '')
      .map((part) => (MARK.test(part) ? new Ref(part) : part)),
};

const ALL_NATIVE = Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, native])) as SupportTable;

/** What a platform was asked to tell the user. */
export interface Told {
  readonly scope: string;
  readonly severity: 'warning' | 'note';
  readonly text: string;
}

/** A platform that can do everything, but for what it is told, and remembers what it was asked for. */
export class FakePlatform extends Platform {
  public readonly _support: PlatformSupport;
  public readonly _tokens = TOKENS;
  public readonly _choice = { type: 'local', dataPlane: 'runtime' };
  public readonly bound: string[] = [];
  public readonly told: Told[] = [];

  constructor(differences: Partial<SupportTable> = {}, limits: readonly ValueLimit[] = []) {
    super();
    this._support = { name: 'fake', table: { ...ALL_NATIVE, ...differences }, limits };
  }

  public _bindApi(api: ScalableApi): void {
    this.bound.push(`api ${api.node.path}`);
  }

  public override _bindPool(pool: TargetPool): void {
    this.bound.push(`pool ${pool.node.path}`);
  }

  public override _bindRoute(route: Route): void {
    this.bound.push(`route ${route.node.path}`);
  }

  public _tell(scope: IConstruct, severity: Told['severity'], text: string): void {
    this.told.push({ scope: scope.node.path, severity, text });
  }
}

/** An API called `Shop` in a tree called `App`. */
export function newApi(props: Partial<ScalableApiProps> = {}): ScalableApi {
  return new ScalableApi(new RootConstruct('App'), 'Shop', { platform: new FakePlatform(), ...props });
}

/** The first line of each text, without what was found and what is allowed. */
export function headlines(texts: readonly string[]): string[] {
  return texts.map((text) => text.split('\n', 1)[0]);
}
