import { hashKeyText } from '../balancing';
import type { Pool } from '../upstream';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyRequest } from './policy-request';
import { fieldReader } from './request-field';

type Reader = (request: PolicyRequest) => string | undefined;

/** Hashes of each request what the pools of its route choose their targets by. What a request does not have, or has empty, it has no hash of. */
export class HashKeys implements Policy {
  private readonly readers: readonly (readonly [key: string, read: Reader])[];

  private constructor(keys: ReadonlySet<string>) {
    this.readers = [...keys].map((key) => [key, readerOf(key)]);
  }

  /** @param pools - all those that a request may be sent to; `undefined` where none of them hashes anything */
  static of(pools: readonly Pick<Pool, 'hashKey'>[]): HashKeys | undefined {
    const keys = new Set(pools.flatMap(({ hashKey }) => hashKey ?? []));
    return keys.size === 0 ? undefined : new HashKeys(keys);
  }

  onRequest(request: PolicyRequest, course: Course): void {
    for (const [key, read] of this.readers) {
      const value = read(request);
      if (value) course.hashes.set(key, hashKeyText(value));
    }
  }
}

function readerOf(key: string): Reader {
  return key === 'path' ? ({ path }) => path : (fieldReader(key) ?? (({ clientAddress }) => clientAddress));
}
