import { formatDuration } from '../model';

/** A length of time. */
export class Duration {
  /** A number of milliseconds. */
  public static millis(amount: number): Duration {
    return new Duration(amount);
  }

  /** A number of seconds. */
  public static seconds(amount: number): Duration {
    return new Duration(amount * 1_000);
  }

  /** A number of minutes. */
  public static minutes(amount: number): Duration {
    return new Duration(amount * 60_000);
  }

  /** A number of hours. */
  public static hours(amount: number): Duration {
    return new Duration(amount * 3_600_000);
  }

  /** A number of days. */
  public static days(amount: number): Duration {
    return new Duration(amount * 86_400_000);
  }

  private constructor(private readonly ms: number) {}

  /** The whole length in milliseconds. */
  public toMilliseconds(): number {
    return this.ms;
  }

  /** The length in the words of a file, such as `250ms` or `2s`. */
  public toString(): string {
    return formatDuration(this.ms);
  }
}
