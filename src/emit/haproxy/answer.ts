import type { Fallback } from '../../model';
import { fallbackAnswer, type OwnAnswer, ownBody } from '../../passes';
import type { Word } from '../text';
import { logFormat } from './quote';

/** The words of `http-request return` and `http-response return` for a fallback. */
export function fallbackWords(fallback: Fallback, status: number): Word[] {
  const { contentType, body, headers } = fallbackAnswer(fallback);
  const type = contentType ?? Object.entries(headers).find(([name]) => isContentType(name))?.[1];
  const fields = Object.entries(headers).filter(([name]) => !isContentType(name));
  return [
    'return',
    'status',
    status,
    ...(body === '' ? [] : ['content-type', type || 'application/octet-stream', 'string', body]),
    ...fields.flatMap(([name, value]) => ['hdr', name, logFormat(value)]),
  ];
}

/** The words of `http-request return` for an answer of our own. */
export function ownWords(answer: OwnAnswer): Word[] {
  return ['return', 'status', answer.status, 'content-type', 'application/json', 'string', ownBody(answer)];
}

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}
