import { describe, expect, it } from 'vitest';
import { CompressionPolicy, Course } from '../../../src/runtime/policies';
import { route } from './described';
import { request, response } from './support';

type Fields = Record<string, string | string[]>;
type Asked = Parameters<typeof request>[0];
type Answered = Parameters<typeof response>[0];

const HTML = { 'content-type': 'text/html', 'content-length': '5000' };

function course(fields: Fields = {}, asked: Asked = {}, answered: Answered = {}, before?: (course: Course) => void) {
  const policy = new CompressionPolicy(route({ compression: {} }).compression as { minimumSize: number });
  const course = new Course();
  policy.onRequest(request({ ...asked, fields: { 'accept-encoding': 'gzip', ...asked.fields } }), course);
  before?.(course);
  policy.onResponse(response({ ...answered, fields: { ...HTML, ...fields } }), course);
  return course;
}

const coding = (...args: Parameters<typeof course>) => course(...args).response.set.get('content-encoding')?.value;
const varies = (...args: Parameters<typeof course>) => course(...args).response.added.map(({ value }) => value);

describe('a response is compressed', () => {
  it('as the client likes it, and says so', () => {
    const { transform, response } = course();
    expect(transform).toBeDefined();
    expect(response.set.get('content-encoding')).toEqual({ name: 'Content-Encoding', value: 'gzip' });
    expect(response.added).toEqual([{ name: 'Vary', value: 'Accept-Encoding' }]);
    expect(coding({}, { fields: { 'accept-encoding': 'br, gzip' } })).toBe('br');
  });

  it('also where its length is not known', () => {
    expect(coding({ 'content-length': [] })).toBe('gzip');
  });

  it('from the minimum size on', () => {
    expect(coding({ 'content-length': '1024' })).toBe('gzip');
    expect(coding({ 'content-length': '1023' })).toBeUndefined();
  });

  it('with an ETag that is no longer of the octets, and without digests and ranges of them', () => {
    const { response } = course({ etag: '"1"' });
    expect(response.set.get('etag')?.value).toBe('W/"1"');
    expect([...response.removed]).toEqual(expect.arrayContaining(['accept-ranges', 'content-digest', 'repr-digest']));
    expect(course({ etag: 'W/"1"' }).response.set.has('etag')).toBe(false);
    expect(course().response.set.has('etag')).toBe(false);
  });

  it('by what policies have made of it', () => {
    const retyped = (course: Course) => course.response.setField('Content-Type', 'image/png');
    expect(coding({}, {}, {}, retyped)).toBeUndefined();
    const freed = (course: Course) => course.response.removeField('content-encoding');
    expect(coding({ 'content-encoding': 'zstd' }, {}, {}, freed)).toBe('gzip');
  });
});

describe('a response is left alone', () => {
  it.each<[string, Fields, Asked?, Answered?]>([
    ['is compressed', { 'content-encoding': 'br' }],
    ['must not be transformed', { 'cache-control': 'public, No-Transform' }],
    ['does not get smaller', { 'content-type': 'image/png' }],
    ['has no type', { 'content-type': [] }],
    ['is a stream of events', { 'content-type': 'text/event-stream' }],
    ['is a part', {}, {}, { status: 206 }],
    ['has no body', {}, {}, { status: 204 }],
    ['is an answer of this side', {}, {}, { target: '', tier: '' }],
    ['is asked for as a part', {}, { fields: { range: 'bytes=0-9' } }],
    ['is of HEAD', {}, { method: 'HEAD' }],
    ['goes to a client that knows no chunks', {}, { chunks: false }],
    ['must not be transformed for this client', {}, { fields: { 'cache-control': 'no-transform' } }],
    ['goes to a client that wants it as it is', {}, { fields: { 'accept-encoding': 'identity' } }],
  ])('where it %s', (_, fields, asked, answered) => {
    const { transform, response } = course(fields, asked, answered);
    expect([transform, response.set.size, response.removed.size]).toEqual([undefined, 0, 0]);
  });

  it('where its body is replaced', () => {
    const replaced = (course: Course) => {
      course.body = { text: 'x', contentType: undefined };
    };
    expect(course({}, {}, {}, replaced).transform).toBeUndefined();
  });
});

describe('caches are told that a response depends on what is accepted', () => {
  it('also where this one is not compressed, but another would be', () => {
    expect(varies({}, { fields: { 'accept-encoding': [] } })).toEqual(['Accept-Encoding']);
    expect(varies({}, { method: 'HEAD' })).toEqual(['Accept-Encoding']);
  });

  it('only where that is so', () => {
    expect(varies({ 'content-type': 'image/png' })).toEqual([]);
    expect(varies({ 'content-length': '10' })).toEqual([]);
  });

  it('with a response that was not modified, whose ETag must be that of the compressed one', () => {
    const { response, transform } = course({ etag: '"1"' }, {}, { status: 304 });
    expect(response.set.get('etag')?.value).toBe('W/"1"');
    expect(response.added).toEqual([{ name: 'Vary', value: 'Accept-Encoding' }]);
    expect(transform).toBeUndefined();
  });
});
