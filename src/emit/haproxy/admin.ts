import { type Admin, joinAddress } from '../../model';
import { OWN_ANSWERS } from '../../passes';
import { ownWords } from './answer';
import type { Section } from './section';

/** Health and metrics of HAProxy itself. No listener, route or tier can have its name. */
export function adminSection({ address, port }: Admin): Section {
  const healthy = ['return', 'status', 200, 'content-type', 'application/json', 'string', '{"status":"ok"}'];
  return {
    head: ['frontend', `admin.${port}`],
    body: [
      ['bind', joinAddress(address, port)],
      ['timeout', 'client', '10s'],
      ['http-request', ...healthy, 'if', '{', 'path', '/healthz', '}'],
      ['http-request', 'use-service', 'prometheus-exporter', 'if', '{', 'path', '/metrics', '}'],
      ['http-request', ...ownWords(OWN_ANSWERS.noRoute)],
    ],
  };
}
