import { type FromBorrower, LeasedLimits, Lender, type Limits, OwnLimits, type ToBorrower } from '../limits';

/** Collects what is posted in a turn of the event loop, and sends it at its end in one message. */
class Post<Message> {
  private messages: Message[] = [];

  constructor(private readonly send: (messages: readonly Message[]) => void) {}

  post(message: Message): void {
    if (this.messages.length === 0) setImmediate(() => this.flush());
    this.messages.push(message);
  }

  /** What was not sent yet is not to be. */
  discard(): void {
    this.messages = [];
  }

  /** Sends what was posted so far. */
  flush(): void {
    const { messages } = this;
    this.messages = [];
    if (messages.length > 0) this.send(messages);
  }
}

/** The limits of the instance in one of its workers. One that is alone has them for itself. */
export class WorkerLimits {
  readonly limits: Limits;
  private readonly leased: LeasedLimits | undefined;
  private readonly post: Post<FromBorrower>;

  /** @param send - tells the primary */
  constructor(workers: number, send: (messages: readonly FromBorrower[]) => void) {
    this.post = new Post(send);
    this.leased = workers === 1 ? undefined : new LeasedLimits(workers, (message) => this.post.post(message));
    this.limits = this.leased ?? new OwnLimits();
  }

  /** Tells at once what there is to tell: what is told after it comes after it. */
  flush(): void {
    this.post.flush();
  }

  /** What the primary says. */
  hear(messages: readonly ToBorrower[]): void {
    for (const message of messages) this.leased?.hear(message);
  }
}

/** The limits of the instance in its primary, which lends them to the workers. */
export class PrimaryLimits {
  private readonly lender: Lender;
  private readonly posts: readonly Post<ToBorrower>[];

  /** @param send - tells the worker of that number, if there is one */
  constructor(workers: number, send: (worker: number, messages: readonly ToBorrower[]) => void) {
    this.posts = Array.from({ length: workers }, (_, worker) => new Post((messages) => send(worker, messages)));
    this.lender = new Lender(workers, (worker, message) => this.posts[worker].post(message));
  }

  /** What a worker says. */
  hear(worker: number, messages: readonly FromBorrower[]): void {
    for (const message of messages) this.lender.hear(worker, message);
  }

  /** A worker has ended; the next one of its number knows nothing. */
  left(worker: number): void {
    this.lender.left(worker);
    this.posts[worker].discard();
  }
}
