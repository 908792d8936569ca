import type { Fallback } from '../../model';
import { type Answer, fallbackHeaders } from '../../passes';
import type { FallbackMetrics } from '../telemetry';
import type { Pool } from '../upstream';
import { keepable, readFields } from './cache-rules';
import type { FallbackFile } from './fallback-file';
import { chooseForm, type Form, formsOf } from './forms';
import { type FallbackRequest, type NotedRequest, noteStale, VaryNames } from './noted-request';
import { staleAnswer } from './stale-answer';
import { StaleCapture } from './stale-capture';
import { STALE_LIMITS, StaleStore } from './stale-store';

/** What a fallback answers with. */
export interface FallbackAnswer {
  readonly status: number;
  readonly answer: Answer;
  /** Whether it is an earlier answer of a target. */
  readonly stale: boolean;
}

/** What a fallback needs besides its description. */
export interface FallbackParts {
  /** The files that it names, by their paths. */
  readonly files: ReadonlyMap<string, FallbackFile>;
  /** The pool that it names. */
  readonly pool: Pool | undefined;
  readonly metrics: FallbackMetrics;
}

/** Of a request of which nothing needs to be kept. */
const NOTHING: NotedRequest = { accept: '', stale: undefined };

/**
 * What a route answers with when nothing else can. Made once for a route.
 *
 * In the order of a request: {@link note} as it comes, while its head can be read; {@link capture} when a target's
 * response is handed on; {@link answer} where the fallback is to answer, and where that has nothing, {@link pool}. A
 * fallback that has no use for one of them answers it with `undefined` at once. Nothing here waits.
 */
export class FallbackSource {
  /** Whether requests are to be noted. */
  readonly notes: boolean;
  /** A pool that is tried where {@link answer} has nothing; its own failure is the end. */
  readonly pool: Pool | undefined;
  private readonly forms: readonly Form[];
  private readonly headers: Readonly<Record<string, string>>;
  private store: StaleStore | undefined;
  private varyNames = new VaryNames();

  constructor(
    private readonly fallback: Fallback,
    private readonly parts: FallbackParts,
  ) {
    this.pool = parts.pool;
    this.forms = formsOf(fallback, parts.files);
    this.headers = headersOf(fallback, this.forms.length > 1);
    this.store = fallback.stale && new StaleStore(STALE_LIMITS, parts.metrics.staleOctets);
    this.notes = this.forms.length > 1 || this.store !== undefined;
  }

  /** Goes on with the answers that an earlier description's fallback of the same route has kept. */
  takeOn(earlier: FallbackSource): void {
    if (this.store === undefined || earlier.store === undefined) return;
    this.store = earlier.store;
    this.varyNames = earlier.varyNames;
  }

  /** Whether it has taken on what another has kept. */
  keepsOf(earlier: FallbackSource): boolean {
    return this.store !== undefined && this.store === earlier.store;
  }

  /** The route is gone, or keeps no answers any more. */
  retire(): void {
    this.store?.close();
  }

  /** Keeps of a request what is needed later; `undefined` where nothing is. */
  note(request: FallbackRequest, now: number): NotedRequest | undefined {
    if (!this.notes) return undefined;
    const { store } = this;
    return {
      accept: this.forms.length > 1 ? request.field('accept').join(', ') : '',
      stale: store && noteStale(request, store, this.varyNames, now),
    };
  }

  /**
   * What takes a target's final response in, to be given again; `undefined` where it is not to be kept. It is for a
   * response that is handed on to the client, and of a method other than HEAD.
   * @param head - the octets of its head, from the status line to the empty line
   */
  capture(noted: NotedRequest | undefined, status: number, head: Buffer): StaleCapture | undefined {
    const { store } = this;
    const stale = noted?.stale;
    if (store === undefined || stale?.keep !== true) return undefined;
    const response = keepable(readFields(status, head), stale.personal);
    if (response === undefined) return undefined;
    const { varyNames, framing, ...kept } = response;
    if (framing !== 'chunked' && framing > store.limits.body) return undefined;
    this.varyNames.learn(varyNames);
    // The request is gone: an answer that differs by a field that was not kept can be kept only the next time.
    if (!varyNames.every((name) => stale.fields.has(name))) return undefined;
    const vary = varyNames.map((name) => [name, stale.fields.get(name) ?? ''] as const);
    return new StaleCapture(store, stale.key, { ...kept, vary }, framing);
  }

  /**
   * What is answered: the last good answer where there is one, else what is described; `undefined` where there is
   * neither, and the failure itself is what is left.
   * @param failing - the status that would be sent without a fallback
   */
  answer(failing: number, noted: NotedRequest | undefined, now: number): FallbackAnswer | undefined {
    return this.stale(noted ?? NOTHING, now) ?? this.described(failing, noted?.accept ?? '');
  }

  /** Whether it would answer now, as it should: for some request at least, and with files that are not too old. */
  renders(now: number): boolean {
    const { fallback, store, pool } = this;
    if (fallback.stale !== undefined && store?.holdsAny(fallback.stale.maxAge, now)) return true;
    if (pool !== undefined) return pool.available;
    const files = [...this.parts.files.values()];
    return this.described(503, '') !== undefined && files.every(({ fresh }) => fresh);
  }

  private stale({ stale }: NotedRequest, now: number): FallbackAnswer | undefined {
    const { fallback, store, parts } = this;
    if (store === undefined || fallback.stale === undefined) return undefined;
    const field = (name: string) => stale?.fields.get(name) ?? '';
    const found = stale && store.find(stale.key, field, fallback.stale.maxAge, now);
    parts.metrics.staleAsked(found !== undefined);
    return found && { status: found.status, answer: staleAnswer(found, fallback.headers, now), stale: true };
  }

  private described(failing: number, accept: string): FallbackAnswer | undefined {
    const { fallback, headers } = this;
    const { redirect } = fallback;
    if (redirect !== undefined) {
      const answer = { contentType: undefined, body: '', headers: { ...headers, Location: redirect.location } };
      return { status: redirect.status, answer, stale: false };
    }
    const form = chooseForm(this.forms, accept);
    if (form === undefined) return undefined;
    const body = typeof form.body === 'string' ? form.body : form.body.octets;
    const answer = { contentType: form.contentType, body, headers };
    return { status: fallback.status ?? failing, answer, stale: false };
  }
}

/** @param varied - whether what is answered depends on `Accept`, which caches must know (RFC 9110, section 12.5.5) */
function headersOf(fallback: Fallback, varied: boolean): Readonly<Record<string, string>> {
  const headers = fallbackHeaders(fallback);
  const said = Object.keys(headers).some((name) => name.toLowerCase() === 'vary');
  return varied && !said ? { ...headers, Vary: 'Accept' } : headers;
}
