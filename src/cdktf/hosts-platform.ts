import { join } from 'node:path';
import type { IConstruct } from 'constructs';
import { Platform, type ScalableApi } from '../constructs';
import { HOSTS_SUPPORT, planHosts } from '../plans/hosts';
import type { PlatformSupport } from '../platform';
import { deliveredFile } from './delivered-file';
import { TerraformStack } from './framework';
import { deliverIntoDirectory } from './into-directory';
import { deliverOverSsh } from './over-ssh';
import { pathInStack } from './paths';
import { platformScope } from './platform-scope';
import { tell } from './tell';
import { TOKENS } from './tokens';

/** By what an API runs on a host. */
export enum HostDataPlane {
  /** The bundled data plane. */
  RUNTIME = 'runtime',
  /** HAProxy 2.6 or later. */
  HAPROXY = 'haproxy',
  /** Nginx 1.22 or later. */
  NGINX = 'nginx',
}

/** How Terraform reaches a host. */
export interface SshOptions {
  /** Address or name of the host. */
  readonly host: string;
  /**
   * Port of its SSH server.
   * @default 22
   */
  readonly port?: number;
  /**
   * Who to log in as; anybody but root needs `sudo` without a password.
   * @default "root"
   */
  readonly user?: string;
  /**
   * The private key itself, such as `Fn.file('~/.ssh/id_ed25519')`: kept out of the state.
   * @default - the keys of the SSH agent
   */
  readonly privateKey?: string;
  /**
   * The host's public key, so that no other machine can take its place.
   * @default - any host key is accepted
   */
  readonly hostKey?: string;
}

/** A server of the user's own. */
export interface HostOptions {
  /** Its name, for the directory and in Terraform's plan: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /**
   * How to reach it.
   * @default - its files are written to `directory` on this machine
   */
  readonly ssh?: SshOptions;
}

/** Options of {@link HostsPlatform}. */
export interface HostsPlatformProps {
  /** The servers; each gets the same files. */
  readonly hosts: HostOptions[];
  /**
   * By what the API runs there.
   * @default HostDataPlane.RUNTIME
   */
  readonly dataPlane?: HostDataPlane;
  /**
   * Where the files of hosts without `ssh` are written: a directory for each, laid out as the host's root.
   * @default "hosts"
   */
  readonly directory?: string;
  /**
   * Below which directory of a host the files are installed.
   * @default "/"
   */
  readonly installRoot?: string;
  /**
   * The command that makes a host load its new files.
   * @default - systemctl reloads the service
   */
  readonly loadCommand?: string;
}

/** It becomes a directory and a part of a resource's name. */
const HOST_NAME = /^[A-Za-z0-9][\w.-]*$/;

/** One's own servers, with the bundled data plane, HAProxy or Nginx. */
export class HostsPlatform extends Platform {
  /** @internal */
  public readonly _support: PlatformSupport;
  /** @internal */
  public readonly _tokens = TOKENS;
  /** @internal */
  public readonly _choice: { readonly type: string; readonly dataPlane: string };

  constructor(private readonly props: HostsPlatformProps) {
    super();
    for (const { name } of props.hosts) {
      if (!HOST_NAME.test(name))
        throw new Error(`"${name}" is no name of a host: allowed are letters, digits, ".", "_" and "-"`);
    }
    const dataPlane = props.dataPlane ?? HostDataPlane.RUNTIME;
    this._choice = { type: 'hosts', dataPlane };
    this._support = HOSTS_SUPPORT[dataPlane];
  }

  /** @internal */
  public _bindApi(api: ScalableApi): void {
    const scope = platformScope(api);
    const plan = planHosts(api.apiName, this._choice.dataPlane);
    const files = plan.files.map((file, index) => deliveredFile(scope, api, file, index));
    for (const { name, ssh } of this.props.hosts) {
      if (ssh === undefined) {
        const directory = pathInStack(TerraformStack.of(api), join(this.props.directory ?? 'hosts', name));
        deliverIntoDirectory(scope, name, directory, files);
      } else {
        deliverOverSsh(scope, `Host${name}`, ssh, files, {
          staged: `.spillway-staged/${api.apiName}`,
          root: (this.props.installRoot ?? '/').replace(/\/$/, ''),
          check: plan.check,
          load: this.props.loadCommand ?? plan.load,
        });
      }
    }
  }

  /** @internal */
  public _tell(scope: IConstruct, severity: 'warning' | 'note', text: string): void {
    tell(scope, severity, text);
  }
}
