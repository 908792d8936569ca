/** Media types besides `text/*`, `*+json` and `*+xml` that are mostly text, or shrink as if they were. */
const TYPES: ReadonlySet<string> = new Set([
  ...['application/json', 'application/x-ndjson', 'application/javascript', 'application/x-javascript'],
  ...['application/xml', 'application/wasm', 'application/x-www-form-urlencoded', 'application/graphql'],
  ...['application/rtf', 'application/toml', 'application/yaml', 'application/sql', 'application/vnd.ms-fontobject'],
  ...['font/ttf', 'font/otf', 'image/bmp', 'image/x-icon', 'image/vnd.microsoft.icon'],
]);

/** Events are small, and are waited for. */
const NEVER: ReadonlySet<string> = new Set(['text/event-stream']);

/** Whether a body of a media type gets smaller. @param contentType - the value of `Content-Type` */
export function isCompressible(contentType: string): boolean {
  const [type] = contentType.split(';');
  const lower = type.trim().toLowerCase();
  if (NEVER.has(lower)) return false;
  return lower.startsWith('text/') || lower.endsWith('+json') || lower.endsWith('+xml') || TYPES.has(lower);
}
