import { emitHaproxy, HAPROXY_SUPPORT } from '../emit/haproxy';
import { emitNginx, NGINX_SUPPORT } from '../emit/nginx';
import { emitRuntime } from '../emit/runtime';
import type { Api } from '../model';
import { type Artifact, type PlatformSupport, RUNTIME_SUPPORT } from '../platform';

/** What a description can be compiled to without a cloud. */
export interface DataPlane {
  readonly support: PlatformSupport;
  emit(api: Api, description: unknown): readonly Artifact[];
}

/** The data planes by the name that `dataPlane` and `--platform` give them. */
export const DATA_PLANES: Readonly<Record<string, DataPlane>> = {
  runtime: { support: RUNTIME_SUPPORT, emit: (api, description) => emitRuntime(api, description) },
  haproxy: { support: HAPROXY_SUPPORT, emit: (api) => emitHaproxy(api) },
  nginx: { support: NGINX_SUPPORT, emit: (api) => emitNginx(api) },
};
