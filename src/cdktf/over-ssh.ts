import { dirname } from 'node:path';
import type { Construct } from 'constructs';
import type { DeliveredFile } from './delivered-file';
import type { SshOptions } from './hosts-platform';
import { TerraformData } from './terraform-data';

/** How a host takes on its files. */
export interface Installation {
  /** Where the files wait to be checked: below the home of who logs in, where nobody else can put anything. */
  readonly staged: string;
  /** Below which directory of the host they are installed. */
  readonly root: string;
  /** Run with the files below `$STAGED`, before any of them is installed. */
  readonly check: string;
  /** Run once they are installed. */
  readonly load: string;
}

/** Sends files beside their places, has the host check them, and only then puts them where they belong. */
export function deliverOverSsh(
  scope: Construct,
  id: string,
  ssh: SshOptions,
  files: readonly DeliveredFile[],
  { staged, root, check, load }: Installation,
): void {
  const user = ssh.user ?? 'root';
  const sudo = user === 'root' ? '' : 'sudo ';
  const directories = files.map(({ path }) => `"$STAGED${dirname(path)}"`).join(' ');
  const stage = `STAGED="$HOME/${staged}"`;
  const install = files.map(({ path }) => `${sudo}install -D -m 0644 "$STAGED${path}" ${shellQuote(root + path)}`);
  const script = (...inline: string[]) => ({ 'remote-exec': { inline: ['set -e', 'umask 077', stage, ...inline] } });
  new TerraformData(scope, id, {
    triggers_replace: [ssh.host, ...files.map(({ hash }) => hash)],
    connection: {
      type: 'ssh',
      host: ssh.host,
      port: ssh.port ?? 22,
      user,
      ...(ssh.privateKey === undefined ? { agent: true } : { private_key: ssh.privateKey }),
      ...(ssh.hostKey === undefined ? {} : { host_key: ssh.hostKey }),
    },
    provisioner: [
      script('rm -rf "$STAGED"', `mkdir -p ${directories}`),
      ...files.map(({ path, file }) => ({ file: { ...file, destination: staged + path } })),
      script(
        `${sudo}env STAGED="$STAGED" sh -c ${shellQuote(check)}`,
        ...install,
        `${sudo}sh -c ${shellQuote(load)}`,
        'rm -rf "$STAGED"',
      ),
    ],
  });
}

function shellQuote(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
