import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer, ROOT } from '../support/peers';
import { run } from '../support/processes';

const cdktn = peer('cdktn');
if (cdktn.missing) console.log(`skipped: cdktf@npm:cdktn: ${cdktn.missing}`);

let directory: string;
let tarball: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-package-'));
  const { code, stdout, stderr } = await run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory],
    { cwd: ROOT },
  );
  if (code !== 0) throw new Error(stderr);
  tarball = join(directory, stdout.trim());
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A project that has the packed package installed, and frameworks from a folder, if any. */
async function project(name: string, frameworks?: string): Promise<string> {
  const home = join(directory, name);
  const spillway = join(home, 'node_modules', 'spillway');
  mkdirSync(spillway, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', spillway, '--strip-components=1']);
  symlinkSync(
    join(frameworks ?? join(ROOT, 'node_modules'), 'constructs'),
    join(home, 'node_modules', 'constructs'),
    'dir',
  );
  if (frameworks) symlinkSync(join(frameworks, 'cdktf'), join(home, 'node_modules', 'cdktf'), 'dir');
  return home;
}

const evaluate = (home: string, script: string, type = 'commonjs') =>
  run(process.execPath, ['--input-type', type, '-e', script], { cwd: home });

describe('the packed package', () => {
  it('is loaded without any framework', async () => {
    const home = await project('bare');
    const script =
      "const s = require('spillway'); console.log(typeof s.ScalableApi, typeof require('spillway/runtime').startRuntime)";
    expect(await evaluate(home, script)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
  });

  it('says which package is missing when a framework is used that is not there', async () => {
    const home = await project('missing');
    expect((await evaluate(home, "require('spillway/cdktf')")).stderr).toContain("Cannot find module 'cdktf'");
  });

  it('gives its namespaces to ES modules', async () => {
    const home = await project('esm', join(ROOT, 'node_modules'));
    const script =
      "import { cdktf, ScalableApi } from 'spillway'; import { LocalPlatform } from 'spillway/cdktf'; console.log(cdktf.LocalPlatform === LocalPlatform, typeof ScalableApi)";
    expect(await evaluate(home, script, 'module')).toMatchObject({ code: 0, stdout: 'true function\n' });
  });

  it('has a command that runs', async () => {
    const home = await project('bin');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const bin = join(home, 'node_modules/spillway/lib/cli/main.js');
    expect(await run(process.execPath, [bin, '--version'], { cwd: home })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  });

  it('has the data plane as one file that needs no package', async () => {
    const home = mkdtempSync(join(directory, 'alone-'));
    writeFileSync(join(home, 'spillway.js'), readFileSync(join(ROOT, 'lib/runtime/spillway.js')));
    const file = join(ROOT, 'examples/quickstart/file/api.yaml');
    expect(await run(process.execPath, [join(home, 'spillway.js'), 'check', file], { cwd: home })).toMatchObject({
      code: 0,
    });
  });

  it('holds no test, tool or example', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    expect(
      stdout.split('\n').filter((line) => /^package\/(test|tools|examples|bench|src|\.cache)\//.test(line)),
    ).toEqual([]);
  });
});

const PROGRAM = `
const { App, TerraformStack, Testing } = require('cdktf');
const { Fallback, FallbackRoute, ScalableApi, TargetPool, Targets } = require('spillway');
const { LocalPlatform } = require('spillway/cdktf');
const stack = new TerraformStack(new App({ outdir: 'out' }), 'shop');
const api = new ScalableApi(stack, 'shop', { platform: new LocalPlatform() });
const live = new TargetPool(api, 'live', { targets: Targets.addresses('10.0.0.1:80') });
new FallbackRoute(api, 'all', { tiers: [live], fallback: Fallback.text('x') });
console.log(Testing.synth(stack));
`;

it.skipIf(cdktn.missing)('synthesizes the same under cdktf and under cdktf@npm:cdktn', async () => {
  const [cdktf, fork] = await Promise.all(
    [join(ROOT, 'node_modules'), join(cdktn.directory as string, 'node_modules')].map(async (frameworks, index) => {
      const { code, stdout, stderr } = await evaluate(await project(`framework-${index}`, frameworks), PROGRAM);
      expect(code, stderr).toBe(0);
      const { resource, locals } = JSON.parse(stdout);
      return JSON.stringify({ resource, locals });
    }),
  );
  expect(fork).toBe(cdktf);
});
