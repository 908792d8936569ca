import { formatSize } from '../model';

/** An amount of data. A kilobyte is 1,024 bytes. */
export class Size {
  /** A number of bytes. */
  public static bytes(amount: number): Size {
    return new Size(amount);
  }

  /** A number of kilobytes of 1,024 bytes. */
  public static kibibytes(amount: number): Size {
    return new Size(amount * 1024);
  }

  /** A number of megabytes of 1,048,576 bytes. */
  public static mebibytes(amount: number): Size {
    return new Size(amount * 1024 ** 2);
  }

  /** A number of gigabytes of 1,073,741,824 bytes. */
  public static gibibytes(amount: number): Size {
    return new Size(amount * 1024 ** 3);
  }

  private constructor(private readonly amount: number) {}

  /** The whole amount in bytes. */
  public toBytes(): number {
    return this.amount;
  }

  /** The amount in the words of a file, such as `16KB`. */
  public toString(): string {
    return formatSize(this.amount);
  }
}
