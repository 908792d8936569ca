/** Lines of a head, and the empty one after them. */
export const head = (...lines: string[]) => `${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

/** A request for `/` with some fields. */
export const get = (...fields: string[]) => head('GET / HTTP/1.1', 'Host: x', ...fields);

/** The same with a method that has a body. */
export const post = (...fields: string[]) => head('POST / HTTP/1.1', 'Host: x', ...fields);

/** A request whose body is said to stand in chunks. */
export const chunked = (chunks: string) => `${post('Transfer-Encoding: chunked')}${chunks}`;

/** Must never be seen by a target: it follows each message that is refused, where a misread length would find it. */
export const SMUGGLED = head('GET /smuggled HTTP/1.1', 'Host: x');

/** A message that has to be refused: what is wrong with it, the status, and its octets. */
export type Refused = readonly [wrong: string, status: number, octets: string];

/** Messages that have to be refused as bad requests. */
export const bad = (...messages: readonly (readonly [wrong: string, octets: string])[]): Refused[] =>
  messages.map(([wrong, octets]) => [wrong, 400, octets]);
