import type { Route } from '../../model';
import { mayHaveBody } from '../http';
import { type Coding, preferredCoding } from './accept-encoding';
import { isCompressible } from './compressible';
import { Compressor } from './compressor';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyRequest, PolicyResponse } from './policy-request';
import { varyBy } from './vary';

type Compression = NonNullable<Route['compression']>;

/** What a request says of it. */
interface Asked {
  /** `undefined` where the response is not to be compressed. */
  readonly coding: Coding | undefined;
}

const ASKED = Symbol('compression');
const NOT_ASKED: Asked = { coding: undefined };

/** Digests of what was there before (RFC 9530), and ranges of it. */
const OF_THE_BODY = ['accept-ranges', 'content-md5', 'content-digest', 'repr-digest', 'digest'];

/** Compresses what the target did not. To come behind all policies that change responses. */
export class CompressionPolicy implements Policy {
  constructor(private readonly compression: Compression) {}

  onRequest(request: PolicyRequest, course: Course): void {
    const untouched =
      request.method === 'HEAD' ||
      !request.chunks ||
      request.field('range').length > 0 ||
      says(request.field('cache-control'), NO_TRANSFORM);
    const coding = untouched ? undefined : preferredCoding(request.field('accept-encoding'));
    course.kept.set(ASKED, { coding } satisfies Asked);
  }

  onResponse(response: PolicyResponse, course: Course): void {
    const { coding } = (course.kept.get(ASKED) as Asked | undefined) ?? NOT_ASKED;
    const status = course.status ?? response.status;
    // It may stand for a response that was compressed, or will be.
    if (status === 304) {
      varyBy('Accept-Encoding', response, course);
      if (coding !== undefined) weaken(response, course);
      return;
    }
    if (!this.applies(status, response, course)) return;
    varyBy('Accept-Encoding', response, course);
    if (coding === undefined) return;
    weaken(response, course);
    for (const name of OF_THE_BODY) course.response.removeField(name);
    course.response.setField('Content-Encoding', coding);
    const length = lengthOf(response);
    course.transform = (user) => new Compressor(coding, length, user);
  }

  /** Whether it would be compressed for some client. Answers of this side are too small to gain by it. */
  private applies(status: number, response: PolicyResponse, course: Course): boolean {
    if (response.target === '' || course.body !== undefined || course.transform !== undefined) return false;
    if (!mayHaveBody(status) || status === 206 || response.status === 206) return false;
    const field = (name: string) => course.response.over(name, response.field(name));
    if (field('content-encoding').length > 0 || says(field('cache-control'), NO_TRANSFORM)) return false;
    const [type = ''] = field('content-type');
    return isCompressible(type) && (lengthOf(response) ?? Number.POSITIVE_INFINITY) >= this.compression.minimumSize;
  }
}

const NO_TRANSFORM = /(?:^|,)\s*no-transform\s*(?:$|,)/i;

function says(lines: readonly string[], directive: RegExp): boolean {
  return lines.some((line) => directive.test(line));
}

function lengthOf(response: PolicyResponse): number | undefined {
  const [length] = response.field('content-length');
  return length === undefined ? undefined : Number(length);
}

/** The octets are not the same any more, only what they mean (RFC 9110, section 8.8.1). */
function weaken(response: PolicyResponse, course: Course): void {
  const [tag] = course.response.over('etag', response.field('etag'));
  if (tag !== undefined && !tag.startsWith('W/')) course.response.setField('ETag', `W/${tag}`);
}
