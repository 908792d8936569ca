import type { Answer } from '../../passes';
import type { Pool } from '../upstream';
import { HeadEdit } from './head-edit';

/** An answer in place of a target's, with its status. */
export interface OwnAnswer {
  readonly status: number;
  readonly answer: Answer;
  /** Why, for the log and the metrics: `rateLimit`, `fault`, `redirect`, `preflight`, … */
  readonly reason: string;
}

/** Asks elsewhere whether a request may go on, such as another process. @returns what cancels it */
export type Question = (answered: (answer: OwnAnswer | undefined) => void) => () => void;

/** Body octets on their way to the client, changed on the way: compressed, for one. */
export interface BodyTransform {
  /** Takes data of the body, without its framing, in memory that stays; `false` where no more should come until `onReady`. */
  write(data: Buffer): boolean;
  /** No more comes. */
  end(): void;
  /** The client is gone. */
  destroy(): void;
}

/** What a transform tells. */
export interface TransformUser {
  /** Data of the new body, without framing; memory that stays. */
  onTransformed(data: Buffer): void;
  /** More may be written. */
  onReady(): void;
  onTransformEnd(): void;
  /** The new body cannot be made to its end. */
  onTransformFailed(): void;
}

/** What policies have decided about one request: filled when the request comes, and again when its response does. */
export class Course {
  /** Answers in place of the targets. */
  answer: OwnAnswer | undefined;
  /** Whether the client's connection is reset in place of an answer. */
  reset = false;
  /** How long the request is held back, in milliseconds. */
  delay = 0;
  /** To be answered before the request goes on. */
  question: Question | undefined;
  /** The pools in the order of failover, in place of the route's own. */
  pools: readonly Pool[] | undefined;
  /** The arm of a split that was chosen; empty without. */
  arm = '';
  /** Whether the next tier is tried first, and how long its attempt may take in milliseconds. */
  rehearsal: { readonly timeout: number; ended(good: boolean, milliseconds: number): void } | undefined;
  /** A pool that gets a copy. */
  mirror: Pool | undefined;
  /** What is hashed to choose a target, by the pool's `hashKey`. */
  readonly hashes = new Map<string, number>();
  /** The target that the client was with before, as its cookie says. */
  sticky: string | undefined;
  /** What the request line says in place of the request's own; `undefined` for no change. */
  target: { readonly path: string; readonly query: string } | undefined;
  /** `Host` as the target sees it; `undefined` for no change. */
  host: string | undefined;
  /** Changes of the request's fields. */
  readonly request = new HeadEdit();
  /** The new status of the response; `undefined` for no change. */
  status: number | undefined;
  /** Changes of the fields of whatever is sent to the client. */
  readonly response = new HeadEdit();
  /** A body in place of the response's. */
  body: { readonly text: string; readonly contentType: string | undefined } | undefined;
  /** Changes the response's body on its way. */
  transform: ((user: TransformUser) => BodyTransform) | undefined;
  /** How much of the response's body is handed on each second, in octets; `undefined` for no bound. */
  bodyRate: number | undefined;
  /** Kept by a policy from the request to its response, by the policy's own key. */
  readonly kept = new Map<symbol, unknown>();

  /** Whether the target sees another request than the client sent. */
  get changesRequest(): boolean {
    return this.target !== undefined || this.host !== undefined || !this.request.empty;
  }

  /** Whether the client sees another response than the target sent. */
  get changesResponse(): boolean {
    const { status, body, transform, response } = this;
    return status !== undefined || body !== undefined || transform !== undefined || !response.empty;
  }

  /** Decides the request with an answer; the first decision stands. */
  decide(status: number, answer: Answer, reason: string): void {
    this.answer ??= { status, answer, reason };
  }

  /** Whether no target is needed any more. */
  get decided(): boolean {
    return this.answer !== undefined || this.reset;
  }
}
