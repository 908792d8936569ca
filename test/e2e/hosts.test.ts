import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { App, Fn, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostDataPlane, HostsPlatform, type HostsPlatformProps } from '../../lib/cdktf';
import { Fallback, FallbackRoute, ScalableApi, TargetPool, Targets } from '../../lib/index';
import { peer } from '../support/peers';
import { end, freePorts, startUntil } from '../support/processes';
import { Terraform, terraformPeer } from '../support/terraform';

const missing = terraformPeer.missing;
if (missing) console.log(`skipped: hosts: ${missing}`);
const sshd = peer('sshd');
const haproxy = peer('haproxy');
const sshMissing = missing ?? sshd.missing ?? haproxy.missing;
if (sshMissing) console.log(`skipped: delivery over SSH: ${sshMissing}`);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-hosts-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Synthesizes an API for hosts. */
function synthesize(
  props: HostsPlatformProps,
  message = 'Back in a minute.',
  fill?: (stack: TerraformStack) => string,
): Terraform {
  const app = new App({ outdir: join(directory, 'out') });
  const stack = new TerraformStack(app, 'hosts');
  new LocalBackend(stack, { path: join(directory, 'terraform.tfstate') });
  const api = new ScalableApi(stack, 'shop', {
    platform: new HostsPlatform(props),
    listeners: { web: { port: 8080 } },
  });
  const live = new TargetPool(api, 'live', { targets: Targets.addresses(fill?.(stack) ?? '10.0.0.1:80') });
  new FallbackRoute(api, 'all', { tiers: [live], fallback: Fallback.json({ message }) });
  app.synth();
  return new Terraform(join(directory, 'out'), 'hosts');
}

const HOSTILE = '${file("/etc/passwd")} %{ if true }x%{ endif } $${a} %%{b} "quoted" \\back\\slash\n`id` $(id) é';

describe.skipIf(missing)('a directory for each host', () => {
  const inDirectory = (dataPlane: HostDataPlane) => ({
    hosts: [{ name: 'edge1' }, { name: 'edge2' }],
    dataPlane,
    directory: join(directory, 'hosts'),
  });

  it.each([
    [HostDataPlane.HAPROXY, ['etc/haproxy/haproxy.cfg']],
    [HostDataPlane.NGINX, ['etc/nginx/nginx.conf']],
    [
      HostDataPlane.RUNTIME,
      ['opt/spillway/spillway.js', 'etc/spillway/shop.json', 'etc/systemd/system/spillway-shop.service'],
    ],
  ])(
    'gets the files of %s where the host wants them, twice without a change, and none after destroy',
    async (dataPlane, files) => {
      const terraform = synthesize(inDirectory(dataPlane));
      await terraform.init();
      expect(await terraform.run('validate')).toMatchObject({ code: 0 });
      expect(await terraform.apply()).toMatchObject({ code: 0 });
      for (const host of ['edge1', 'edge2'])
        for (const file of files) expect(existsSync(join(directory, 'hosts', host, file)), file).toBe(true);
      expect(await terraform.run('plan', '-detailed-exitcode')).toMatchObject({ code: 0 });
      expect(await terraform.destroy()).toMatchObject({ code: 0 });
      expect(existsSync(join(directory, 'hosts', 'edge1', 'etc'))).toBe(false);
    },
  );

  it('gets every character that the user wrote, whatever it means to Terraform or to a shell', async () => {
    const terraform = synthesize(inDirectory(HostDataPlane.RUNTIME), HOSTILE);
    await terraform.init();
    expect(await terraform.apply()).toMatchObject({ code: 0 });
    const model = JSON.parse(readFileSync(join(directory, 'hosts/edge1/etc/spillway/shop.json'), 'utf8'));
    expect(model.routes.all.fallback.json.message).toBe(HOSTILE);
  });

  it('gets an address that only the deployment knows', async () => {
    const terraform = synthesize(inDirectory(HostDataPlane.HAPROXY), 'x', (stack) => {
      const host = new TerraformVariable(stack, 'host', { type: 'string', default: '10.9.8.7' });
      return `${host.stringValue}:8081`;
    });
    await terraform.init();
    expect(await terraform.apply()).toMatchObject({ code: 0 });
    expect(readFileSync(join(directory, 'hosts/edge1/etc/haproxy/haproxy.cfg'), 'utf8')).toContain('10.9.8.7:8081');
  });
});

describe.skipIf(sshMissing)('delivery over SSH', () => {
  it('installs what the host has checked, and keeps the old files where it refuses the new', async () => {
    const [port] = await freePorts(1);
    const server = await startSshd(directory, port);
    const root = join(directory, 'root');
    const loaded = join(directory, 'loaded');
    const props = (load: string): HostsPlatformProps => ({
      hosts: [
        {
          name: 'edge',
          ssh: { host: '127.0.0.1', port, user: userInfo().username, privateKey: Fn.file(join(directory, 'client')) },
        },
      ],
      dataPlane: HostDataPlane.HAPROXY,
      installRoot: root,
      loadCommand: load,
    });
    const installed = () => readFileSync(join(root, 'etc/haproxy/haproxy.cfg'), 'utf8');
    try {
      const terraform = synthesize(props(`echo yes >> ${loaded}`));
      await terraform.init();
      const first = await terraform.apply();
      expect(first.code, first.stdout + first.stderr).toBe(0);
      expect(installed()).toContain('10.0.0.1:80');
      expect(readFileSync(loaded, 'utf8')).toBe('yes\n');

      const before = installed();
      const refused = synthesize(props(`echo yes >> ${loaded}`), 'x', (stack) => {
        // What only the deployment knows is checked by the host alone.
        const host = new TerraformVariable(stack, 'host', { type: 'string', default: 'not an address' });
        return `${host.stringValue}:8081`;
      });
      expect((await refused.apply()).code).not.toBe(0);
      expect(installed()).toBe(before);
      expect(readFileSync(loaded, 'utf8')).toBe('yes\n');
    } finally {
      await end(server);
    }
  }, 60_000);
});

/** A real SSH server on the loopback address that lets in one key. */
async function startSshd(home: string, port: number) {
  const key = (name: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
  key('host');
  key('client');
  chmodSync(home, 0o700);
  mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(join(home, 'authorized_keys'), readFileSync(join(home, 'client.pub')), { mode: 0o600 });
  const options = [
    `Port=${port}`,
    'ListenAddress=127.0.0.1',
    `HostKey=${join(home, 'host')}`,
    `AuthorizedKeysFile=${join(home, 'authorized_keys')}`,
  ];
  const more = ['StrictModes=no', 'UsePAM=no', `PidFile=${join(home, 'sshd.pid')}`, 'PermitRootLogin=yes'];
  return startUntil(
    sshd.path as string,
    ['-D', '-e', '-f', '/dev/null', ...[...options, ...more].flatMap((option) => ['-o', option])],
    /listening on/,
  );
}
