import { dirname, join } from 'node:path';
import type { Construct, IConstruct } from 'constructs';
import { Platform, type ScalableApi } from '../constructs';
import { HOSTS_SUPPORT, type HostFile, type HostsPlan, planHosts } from '../plans/hosts';
import type { PlatformSupport } from '../platform';
import { Fn, Lazy, TerraformLocal, TerraformStack } from './framework';
import { pathExpression, pathInStack, runtimeFile } from './paths';
import { platformScope } from './platform-scope';
import { tell } from './tell';
import { TerraformData } from './terraform-data';
import { TOKENS, terraformText } from './tokens';

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
  /** Its name, for the directory or in Terraform's plan. */
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
    const dataPlane = props.dataPlane ?? HostDataPlane.RUNTIME;
    this._choice = { type: 'hosts', dataPlane };
    this._support = HOSTS_SUPPORT[dataPlane];
  }

  /** @internal */
  public _bindApi(api: ScalableApi): void {
    const stack = TerraformStack.of(api);
    const scope = platformScope(api);
    const plan = planHosts(api.apiName, this._choice.dataPlane);
    const contents = plan.files.map((file, index) => deliveredContent(scope, api, file, index));
    for (const host of this.props.hosts) {
      const delivered = plan.files.map((file, index) => ({ path: file.path, content: contents[index] }));
      if (host.ssh) this.overSsh(scope, api.apiName, plan, host.name, host.ssh, delivered);
      else
        intoDirectory(
          scope,
          host.name,
          pathInStack(stack, join(this.props.directory ?? 'hosts', host.name)),
          delivered,
        );
    }
  }

  /** @internal */
  public _tell(scope: IConstruct, severity: 'warning' | 'note', text: string): void {
    tell(scope, severity, text);
  }

  /** Sends the files beside their places, has the host check them, and only then puts them where they belong. */
  private overSsh(
    scope: Construct,
    apiName: string,
    plan: HostsPlan,
    name: string,
    ssh: SshOptions,
    files: readonly Delivered[],
  ): void {
    const staged = `/tmp/spillway-${apiName}`;
    const root = (this.props.installRoot ?? '/').replace(/\/$/, '');
    const sudo = (ssh.user ?? 'root') === 'root' ? '' : 'sudo ';
    const install = files.map(({ path }) => `${sudo}install -D -m 0644 "$STAGED${path}" "${root}${path}"`);
    const load = this.props.loadCommand ?? `${sudo}sh -c '${plan.load}'`;
    new TerraformData(scope, `Host${name}`, {
      triggers_replace: [ssh.host, ...files.map(({ content }) => content.hash)],
      connection: {
        type: 'ssh',
        host: ssh.host,
        port: ssh.port ?? 22,
        user: ssh.user ?? 'root',
        ...(ssh.privateKey === undefined ? { agent: true } : { private_key: ssh.privateKey }),
        ...(ssh.hostKey === undefined ? {} : { host_key: ssh.hostKey }),
      },
      provisioner: [
        {
          'remote-exec': {
            inline: [`rm -rf ${staged} && mkdir -p ${files.map(({ path }) => staged + dirname(path)).join(' ')}`],
          },
        },
        ...files.map(({ path, content }) => ({ file: { ...content.file, destination: staged + path } })),
        {
          'remote-exec': {
            inline: [
              'set -e',
              `STAGED=${staged}`,
              `${sudo}sh -c 'STAGED=${staged}; ${plan.check}'`,
              ...install,
              load,
              `rm -rf ${staged}`,
            ],
          },
        },
      ],
    });
  }
}

interface Delivered {
  readonly path: string;
  readonly content: DeliveredContent;
}

/** A file's content as Terraform's provisioners want it. */
interface DeliveredContent {
  readonly hash: string;
  /** For the `file` provisioner. */
  readonly file: { readonly content: string } | { readonly source: string };
  /** For a shell: what to run with the destination in `$FILE`, and what it needs in its environment. */
  readonly shell: { readonly command: string; readonly environment: Readonly<Record<string, string>> };
}

function deliveredContent(scope: Construct, api: ScalableApi, file: HostFile, index: number): DeliveredContent {
  const make = file.content;
  if (make === undefined) {
    const stack = TerraformStack.of(api);
    const source = pathInStack(stack, runtimeFile());
    return {
      hash: `\${filesha256(${pathExpression(stack, runtimeFile())})}`,
      file: { source },
      shell: { command: 'cp "$SOURCE" "$FILE.next"', environment: { SOURCE: source } },
    };
  }
  const local = new TerraformLocal(
    scope,
    `File${index}`,
    Lazy.stringValue({ produce: () => terraformText(make(api._model())) }),
  );
  return {
    hash: Fn.sha256(local.asString),
    file: { content: local.asString },
    shell: {
      command: 'printf %s "$CONTENT" | base64 -d | gunzip > "$FILE.next"',
      environment: { CONTENT: Fn.base64gzip(local.asString) },
    },
  };
}

/** Two resources: the directory, whose destruction removes the files, and the files, replaced when one changes. */
function intoDirectory(scope: Construct, name: string, directory: string, files: readonly Delivered[]): void {
  const paths = files.map(({ path }) => `"$DIRECTORY${path}"`).join(' ');
  const kept = new TerraformData(scope, `Directory${name}`, {
    input: { directory },
    triggers_replace: directory,
    provisioner: [
      {
        'local-exec': {
          when: 'destroy',
          command: `rm -f ${paths} && find "$DIRECTORY" -type d -empty -delete`,
          environment: { DIRECTORY: '${self.input.directory}' },
        },
      },
    ],
  });
  new TerraformData(
    scope,
    `Host${name}`,
    {
      triggers_replace: files.map(({ content }) => content.hash),
      provisioner: files.map(({ path, content }) => ({
        'local-exec': {
          command: `mkdir -p "$(dirname "$FILE")" && ${content.shell.command} && mv "$FILE.next" "$FILE"`,
          environment: { FILE: `${directory}${path}`, ...content.shell.environment },
        },
      })),
    },
    [kept],
  );
}
