import { describe, expect, it } from 'vitest';
import { CorsPolicy, Course } from '../../../src/runtime/policies';
import { route } from './described';
import { request, response } from './support';

const NAMED = { origins: ['https://a.example', 'http://localhost:3000'], methods: ['GET', 'PUT'] };
const EVERY = { origins: ['*'] };

type Fields = Record<string, string | string[]>;

function course(cors: object, fields: Fields, method = 'GET', answer: Fields = {}): Course {
  const read = route({ cors }).cors;
  if (read === undefined) throw new Error('no cors');
  const policy = new CorsPolicy(read);
  const course = new Course();
  policy.onRequest(request({ method, fields }), course);
  policy.onResponse(response({ fields: answer }), course);
  return course;
}

const preflight = (cors: object, fields: Fields) =>
  course(cors, { 'access-control-request-method': 'PUT', ...fields }, 'OPTIONS').answer;

/** What becomes of the response's fields. */
function fields(...args: Parameters<typeof course>) {
  const { set, added } = course(...args).response;
  return Object.fromEntries([...set.values(), ...added].map(({ name, value }) => [name, value]));
}

describe('a preflight', () => {
  it('is answered with what may be sent, and for how long that is known', () => {
    const cors = { ...NAMED, headers: ['X-Token', 'Content-Type'], credentials: true, maxAge: '90s' };
    expect(preflight(cors, { origin: 'https://a.example' })).toEqual({
      status: 204,
      reason: 'preflight',
      answer: {
        contentType: undefined,
        body: '',
        headers: {
          'Access-Control-Allow-Origin': 'https://a.example',
          'Access-Control-Allow-Credentials': 'true',
          'Access-Control-Allow-Methods': 'GET, PUT',
          'Access-Control-Allow-Headers': 'X-Token, Content-Type',
          'Access-Control-Max-Age': '90',
          Vary: 'Origin',
        },
      },
    });
  });

  it('of an origin that may not read is answered with nothing that would allow it', () => {
    expect(preflight(NAMED, { origin: 'https://b.example' })?.answer.headers).toEqual({ Vary: 'Origin' });
    expect(preflight(NAMED, { origin: 'https://a.example.evil' })?.answer.headers).toEqual({ Vary: 'Origin' });
    expect(preflight(NAMED, { origin: 'null' })?.answer.headers).toEqual({ Vary: 'Origin' });
  });

  it('is the same for all where every origin may read', () => {
    expect(preflight(EVERY, { origin: 'https://b.example' })?.answer.headers).toEqual({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, HEAD, POST',
      'Access-Control-Max-Age': '600',
    });
  });

  it('is answered once: nothing is added to what it says', () => {
    const fields = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    expect(course(NAMED, fields, 'OPTIONS').response.empty).toBe(true);
  });

  it.each([
    ['is not OPTIONS', 'GET', { origin: 'https://a.example', 'access-control-request-method': 'PUT' }],
    ['asks about no method', 'OPTIONS', { origin: 'https://a.example' }],
    ['has no origin', 'OPTIONS', { 'access-control-request-method': 'PUT' }],
    ['has two origins', 'OPTIONS', { origin: ['https://a.example', 'null'], 'access-control-request-method': 'PUT' }],
  ])('is none where a request %s', (_, method, fields) => {
    expect(course(NAMED, fields, method).answer).toBeUndefined();
  });
});

describe('a response', () => {
  it('may be read by the page that asked, and is not for caches to give to others', () => {
    expect(fields(NAMED, { origin: 'http://localhost:3000' })).toEqual({
      'Access-Control-Allow-Origin': 'http://localhost:3000',
      Vary: 'Origin',
    });
    expect(fields({ ...NAMED, credentials: true }, { origin: 'https://a.example' })).toEqual({
      'Access-Control-Allow-Origin': 'https://a.example',
      'Access-Control-Allow-Credentials': 'true',
      Vary: 'Origin',
    });
  });

  it.each(['https://b.example', 'https://a.example:8443', 'https://a.example/', 'null', ''])(
    'may not be read by a page of %j',
    (origin) => {
      expect(fields(NAMED, { origin })).toEqual({ Vary: 'Origin' });
    },
  );

  it('differs by the origin also where none is named', () => {
    expect(fields(NAMED, {})).toEqual({ Vary: 'Origin' });
  });

  it('may be read by every page, whoever asks', () => {
    expect(fields(EVERY, {})).toEqual({ 'Access-Control-Allow-Origin': '*' });
    expect(fields(EVERY, { origin: 'https://b.example' })).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });

  it('says nothing else of what the target says of it', () => {
    const target = { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' };
    const { response } = course(NAMED, { origin: 'https://b.example' }, 'GET', target);
    expect([...response.removed]).toEqual(['access-control-allow-origin', 'access-control-allow-credentials']);
  });

  it('names the origin once among what it differs by', () => {
    expect(fields(NAMED, {}, 'GET', { vary: 'Accept, origin' })).toEqual({});
    expect(fields(NAMED, {}, 'GET', { vary: '*' })).toEqual({});
    expect(fields(NAMED, {}, 'GET', { vary: 'Accept' })).toEqual({ Vary: 'Origin' });
  });
});
