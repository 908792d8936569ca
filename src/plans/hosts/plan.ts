import { emitHaproxy, HAPROXY_SUPPORT } from '../../emit/haproxy';
import { emitNginx, NGINX_SUPPORT } from '../../emit/nginx';
import { emitRuntime, RUNTIME_PATHS } from '../../emit/runtime';
import type { Api, Text } from '../../model';
import { type Artifact, type PlatformSupport, RUNTIME_SUPPORT } from '../../platform';

/** A file on a host: text that is compiled, or the program that ships with this package. */
export interface HostFile {
  /** Absolute, on the host. */
  readonly path: string;
  /** `undefined` for the program of the bundled data plane. */
  readonly content?: (compiled: CompiledApi) => Text;
}

/** An API without errors, and the description that it was read from. */
export interface CompiledApi {
  readonly api: Api;
  readonly description: unknown;
}

/** What a host gets. Paths and commands are made from names alone, so nothing in them needs quoting. */
export interface HostsPlan {
  readonly files: readonly HostFile[];
  /** Says with its exit code whether the host will accept the files, which stand below `$STAGED` at their paths. */
  readonly check: string;
  /** Makes the host load the files once they are in place. */
  readonly load: string;
}

/** What each data plane can do on a host. */
export const HOSTS_SUPPORT: Readonly<Record<string, PlatformSupport>> = {
  runtime: RUNTIME_SUPPORT,
  haproxy: HAPROXY_SUPPORT,
  nginx: NGINX_SUPPORT,
};

const HAPROXY_CFG = '/etc/haproxy/haproxy.cfg';
const NGINX_CONF = '/etc/nginx/nginx.conf';
/** The user that the package makes; started as root, HAProxy changes to it. */
const HAPROXY_USER = 'haproxy';
/** Under systemd the standard output is a socket, which Nginx cannot open. */
const NGINX_LOG = '/var/log/nginx/access.log';

/** Decides what a host gets for an API of a name. */
export function planHosts(apiName: string, dataPlane: string): HostsPlan {
  const artifact = (emit: (compiled: CompiledApi) => readonly Artifact[], index: number) => (compiled: CompiledApi) =>
    emit(compiled)[index].content;
  switch (dataPlane) {
    case 'haproxy':
      return {
        files: [{ path: HAPROXY_CFG, content: artifact(({ api }) => emitHaproxy(api, { user: HAPROXY_USER }), 0) }],
        check: `haproxy -c -f "$STAGED${HAPROXY_CFG}"`,
        load: 'systemctl reload-or-restart haproxy',
      };
    case 'nginx':
      return {
        files: [{ path: NGINX_CONF, content: artifact(({ api }) => emitNginx(api, { stdout: NGINX_LOG }), 0) }],
        check: `nginx -t -c "$STAGED${NGINX_CONF}"`,
        load: 'systemctl reload-or-restart nginx',
      };
    default: {
      const emit = ({ api, description }: CompiledApi) => emitRuntime(api, description);
      const model = RUNTIME_PATHS.model(apiName);
      const unit = RUNTIME_PATHS.unit(apiName);
      return {
        files: [
          { path: RUNTIME_PATHS.program },
          { path: model, content: artifact(emit, 0) },
          { path: unit, content: artifact(emit, 1) },
        ],
        check: `node "$STAGED${RUNTIME_PATHS.program}" check "$STAGED${model}"`,
        load: `systemctl daemon-reload && systemctl enable spillway-${apiName} && systemctl reload-or-restart spillway-${apiName}`,
      };
    }
  }
}
