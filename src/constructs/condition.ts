/** When another target is tried, or the fallback answers. */
export class Condition {
  /** The target could not be reached: refused, unreachable, or too slow to connect. For retries. */
  public static readonly CONNECT_FAILURE = new Condition('connectFailure');
  /** The target closed the connection before it had answered. For retries. */
  public static readonly RESET = new Condition('reset');
  /** The target did not answer in time. For retries and fallbacks. */
  public static readonly TIMEOUT = new Condition('timeout');
  /** No target answered, whatever the reason. For fallbacks. */
  public static readonly UNAVAILABLE = new Condition('unavailable');

  /** A status that the target answered, 400 to 599. For retries and fallbacks. */
  public static status(code: number): Condition {
    return new Condition(undefined, code);
  }

  private constructor(
    private readonly word?: string,
    private readonly code?: number,
  ) {}

  /** @internal The condition in the words of a file. */
  public _word(): string | number | undefined {
    return this.word ?? this.code;
  }
}
