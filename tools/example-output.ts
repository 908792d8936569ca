import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_PLANES } from '../src/cli/data-planes';
import { readDescription } from '../src/file';
import { plainText } from '../src/model';
import { linkPackage } from './link-package';

const ROOT = join(__dirname, '..');
const QUICKSTART = join(ROOT, 'examples', 'quickstart');

/** What the quickstart's file compiles to, by path. */
export function fileOutputs(): Record<string, () => string> {
  const file = join(QUICKSTART, 'file', 'api.yaml');
  const { api, description } = readDescription(readFileSync(file, 'utf8'), file);
  if (api === undefined) throw new Error(`${file} has errors: spillway check says which`);
  const outputs = Object.entries(DATA_PLANES).flatMap(([name, { emit }]) =>
    emit(api, description).map(({ path, content }) => [
      `examples/quickstart/file/generated/${name}/${path}`,
      () => plainText(content) as string,
    ]),
  );
  return Object.fromEntries(outputs);
}

/** What the quickstart's program synthesizes. */
export function programOutput(): string {
  const directory = join(QUICKSTART, 'cdktf');
  linkPackage(directory);
  const outdir = mkdtempSync(join(directory, 'cdktf.out-'));
  try {
    const env = { ...process.env, CDKTF_OUTDIR: outdir };
    execFileSync(join(ROOT, 'node_modules', '.bin', 'tsx'), ['main.ts'], { cwd: directory, env });
    const stack = JSON.parse(readFileSync(join(outdir, 'stacks', 'quickstart', 'cdk.tf.json'), 'utf8'));
    // The framework writes where this machine keeps the state.
    stack.terraform.backend.local.path = 'terraform.quickstart.tfstate';
    return `${JSON.stringify(stack, null, 2)}\n`;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
