/** A change that is ready to be made, and has changed nothing yet. One of the two is called, once. */
export interface Prepared {
  commit(): Promise<void>;
  abandon(): Promise<void>;
}
