import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CdktfProject } from '../support/cdktf-project';
import { peer, ROOT } from '../support/peers';
import { fetchText, freePorts, run, serve, until } from '../support/processes';

const cli = peer('cdktf-cli');
const terraform = peer('terraform');
const missing = cli.missing ?? terraform.missing;
if (missing) console.log(`skipped: cdktf deploy: ${missing}`);

/** The quickstart's program on ports of its own. */
async function program(ports: { listener: number; admin: number; web1: number; web2: number }): Promise<string> {
  return readFileSync(join(ROOT, 'examples/quickstart/cdktf/main.ts'), 'utf8')
    .replace('9080', String(ports.listener))
    .replace('9180', String(ports.admin))
    .replace('8081', String(ports.web1))
    .replace('8082', String(ports.web2));
}

const env = {
  ...process.env,
  CHECKPOINT_DISABLE: '1',
  TF_CLI_CONFIG_FILE: '/dev/null',
  CI: '1',
  ...(terraform.path ? { TERRAFORM_BINARY_NAME: terraform.path } : {}),
};

let project: CdktfProject;
const cdktf = (...args: string[]) => run(cli.path as string, args, { cwd: project.directory, env, timeout: 120_000 });
const deploy = () => cdktf('deploy', '--auto-approve');

beforeAll(() => {
  project = new CdktfProject();
});
afterAll(async () => {
  if (!missing) await cdktf('destroy', '--auto-approve');
  project.remove();
}, 120_000);

it.skipIf(missing)(
  'deploys, changes, refuses a mistake and destroys, with the real cdktf and terraform',
  async () => {
    const web1 = await serve((_, response) => response.end('hello web1\n'));
    const [listener, admin, web2] = await freePorts(3);
    const source = await program({ listener, admin, web1: web1.port, web2 });
    const url = `http://127.0.0.1:${listener}/get`;
    const status = async () =>
      JSON.parse(
        (
          await run(process.execPath, [
            join(project.directory, '.spillway/quickstart/spillway.js'),
            'local',
            'status',
            '--state',
            join(project.directory, '.spillway/quickstart'),
          ])
        ).stdout,
      );

    project.write('main.ts', source);
    const first = await deploy();
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(first.stdout).toContain(`http://127.0.0.1:${listener}`);
    expect(await fetchText(url)).toBe('hello web1\n');
    const { pid, workers } = await status();

    const stack = join(project.directory, 'cdktf.out/stacks/quickstart');
    expect(await run(terraform.path as string, [`-chdir=${stack}`, 'validate'], { env })).toMatchObject({ code: 0 });

    const second = await deploy();
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/No changes|0 added, 0 changed, 0 destroyed/);

    web1.server.close();
    web1.server.closeAllConnections();
    project.write('main.ts', source.replace('Back in a minute.', 'Back in two minutes.'));
    const changed = await deploy();
    expect(changed.code, changed.stdout + changed.stderr).toBe(0);
    expect(
      await until(
        async () => ((await fetchText(url))?.includes('two minutes') ? true : undefined),
        'the changed fallback',
      ),
    ).toBe(true);
    expect(await status()).toMatchObject({ pid, workers });

    project.write('main.ts', source.replace("'/get'", "'get'"));
    const mistaken = await deploy();
    expect(mistaken.code).not.toBe(0);
    expect(mistaken.stdout + mistaken.stderr).toContain('SPW2009');
    expect(await fetchText(url)).toContain('two minutes');

    project.write('main.ts', source);
    const destroyed = await cdktf('destroy', '--auto-approve');
    expect(destroyed.code, destroyed.stdout + destroyed.stderr).toBe(0);
    expect(await fetchText(url)).toBeUndefined();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  240_000,
);
