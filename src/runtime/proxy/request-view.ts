import type { RequestHead } from '../http';
import { normalHost, type RoutedRequest } from '../routing';

/** A request as routes see it, read from the octets of its head on demand. One object is filled again and again. */
export class RequestView implements RoutedRequest {
  method = '';
  path = '';
  /** Where the head stands; good until the call that handed them on returns. */
  bytes: Buffer = Buffer.alloc(0);
  /** The protocol that is asked for in place of HTTP. */
  upgrade: string | undefined;
  private normal: string | undefined;
  private query: URLSearchParams | undefined;

  constructor(readonly head: RequestHead) {}

  fill(bytes: Buffer): void {
    this.bytes = bytes;
    this.method = this.head.method;
    const path = this.head.path(bytes);
    // `OPTIONS *` asks about the whole of a host.
    this.path = path === '*' ? '/' : path;
    this.upgrade = this.head.upgrade(bytes);
    this.normal = undefined;
    this.query = undefined;
  }

  get host(): string {
    this.normal ??= normalHost(this.head.host(this.bytes));
    return this.normal;
  }

  field(name: string): readonly string[] {
    return this.head.field(this.bytes, name);
  }

  parameter(name: string): readonly string[] {
    this.query ??= new URLSearchParams(this.head.query(this.bytes));
    return this.query.getAll(name);
  }
}
