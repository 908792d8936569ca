import type { PolicyRequest } from './policy-request';

/**
 * Reads a field of a request by its words: `header:NAME`, `cookie:NAME` or `query:NAME`; `undefined` where the words name none of these. The
 * reader gives nothing, or an empty text, where a request has no such field.
 */
export function fieldReader(words: string): ((request: PolicyRequest) => string | undefined) | undefined {
  const at = words.indexOf(':');
  const name = words.slice(at + 1);
  switch (words.slice(0, at)) {
    case 'header': {
      const lower = name.toLowerCase();
      return (request) => request.field(lower).join(', ');
    }
    case 'cookie':
      return (request) => request.cookie(name);
    case 'query':
      return (request) => request.parameter(name)[0];
    default:
      return undefined;
  }
}
