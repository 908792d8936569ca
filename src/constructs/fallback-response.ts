import type { ITargetPool } from './target-pool';
import type { FallbackFile, FallbackOptions, FallbackRedirect, FallbackStale } from './words.generated';

/** The answer when nothing else can answer. Made by `Fallback`. */
export class FallbackResponse {
  /** @internal */
  public static _of(options: FallbackOptions | undefined, body: object): FallbackResponse {
    return new FallbackResponse({ ...options, ...body });
  }

  /** @internal In the words of a file. */
  public readonly _words: object;

  private constructor(words: object) {
    this._words = words;
  }
}

/** Ways to answer when no target can. */
export class Fallback {
  /** A JSON body. */
  public static json(body: unknown, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { json: body });
  }

  /** A plain text body. */
  public static text(body: string, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { text: body });
  }

  /** The contents of a file. */
  public static file(file: FallbackFile, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { file });
  }

  /** A redirect to another place. */
  public static redirect(redirect: FallbackRedirect, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { redirect });
  }

  /** The last good answer, for safe methods. */
  public static stale(lastGood: FallbackStale, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { stale: lastGood });
  }

  /** Another pool, whose own failure is the end. */
  public static pool(pool: ITargetPool, options?: FallbackOptions): FallbackResponse {
    return FallbackResponse._of(options, { pool });
  }

  private constructor() {}
}
