import { STATUS_CODES } from 'node:http';
import { type Answer, OWN_ANSWERS, ownBody } from '../../passes';

const OWN: ReadonlyMap<number, Answer> = new Map(
  Object.values(OWN_ANSWERS).map((own) => [
    own.status,
    { contentType: 'application/json', body: ownBody(own), headers: {} },
  ]),
);

/** What an answer to CONNECT offers instead. */
export const ROUTABLE_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE';

/** Of a status that says everything. */
const EMPTY: Answer = { contentType: undefined, body: '', headers: {} };

/** The data plane's own answer for a status. */
export function errorAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...(OWN.get(status) ?? EMPTY), headers };
}

/** How an answer is sent. */
export interface AnswerFrame {
  /** Whether the request was HEAD: the length is told, the body is not sent. */
  readonly headOnly: boolean;
  /** What is said of the connection; `undefined` where the version says enough. */
  readonly connection: 'close' | 'keep-alive' | undefined;
}

/** The octets of a whole response. */
export function answerOctets(status: number, { contentType, body, headers }: Answer, frame: AnswerFrame): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const bodyless = status === 204 || status === 304;
  const fields: [string, string | number][] = Object.entries(headers);
  if (contentType !== undefined && !bodyless) fields.push(['Content-Type', contentType]);
  if (!bodyless) fields.push(['Content-Length', content.length]);
  if (frame.connection !== undefined) fields.push(['Connection', frame.connection]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
  return frame.headOnly || bodyless ? head : Buffer.concat([head, content]);
}
