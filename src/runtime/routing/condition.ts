import type { Route } from '../../model';
import { preflightMethod } from './preflight';

/** What a route is chosen by. */
export interface RoutedRequest {
  readonly method: string;
  /** As it was sent, without its query. */
  readonly path: string;
  /** In small letters, without a port. */
  readonly host: string;
  /** The values of a field, one for each line; its name in small letters. */
  field(name: string): readonly string[];
  /** The values of a query parameter, decoded. */
  parameter(name: string): readonly string[];
}

/** What a route asks of a request besides its path. */
export class RouteCondition {
  /** `undefined` is every method. */
  readonly methods: ReadonlySet<string> | undefined;
  /** As they are compared, some of them `*.` and the end of a name; `undefined` is every host. */
  readonly hosts: ReadonlySet<string> | undefined;
  private readonly wildcards: readonly string[];
  private readonly fields: readonly { name: string; value: string }[];
  /** Whether nothing is asked, as of most routes. */
  private readonly none: boolean;
  private readonly parameters: readonly { name: string; value: string }[];
  /** Whether it answers what browsers ask before they send a request of one of its methods. */
  private readonly preflight: boolean;

  constructor(route: Route) {
    this.methods = route.methods && new Set(route.methods);
    this.hosts = route.hosts && new Set(route.hosts.map(normalHost));
    this.wildcards = [...(this.hosts ?? [])].filter((host) => host.startsWith('*.'));
    this.fields = route.headers.map(({ name, value }) => ({ name: name.toLowerCase(), value: value.trim() }));
    this.parameters = route.query;
    this.preflight = route.cors !== undefined;
    this.none = !route.methods && !route.hosts && this.fields.length === 0 && this.parameters.length === 0;
  }

  accepts(request: RoutedRequest): boolean {
    if (this.none) return true;
    return this.acceptsMethod(request) && this.acceptsButMethod(request);
  }

  private acceptsMethod(request: RoutedRequest): boolean {
    const { methods } = this;
    if (methods === undefined || methods.has(request.method)) return true;
    return this.preflight && methods.has(preflightMethod(request) ?? '');
  }

  acceptsButMethod(request: RoutedRequest): boolean {
    return (
      (this.hosts === undefined ||
        this.hosts.has(request.host) ||
        this.wildcards.some((one) => fits(one, request.host))) &&
      this.fields.every(({ name, value }) => request.field(name).includes(value)) &&
      this.parameters.every(({ name, value }) => request.parameter(name).includes(value))
    );
  }
}

/** A host as it is compared: in small letters, without a port, and without the dot that may end a name. */
export function normalHost(host: string): string {
  const bare = host.replace(/:\d*$/, '').replace(/\.$/, '');
  return bare.toLowerCase();
}

/** `*.example.com` stands for one or more labels before `.example.com`. */
function fits(pattern: string, host: string): boolean {
  return host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}
