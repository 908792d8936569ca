// Writes every generated file, or with --check says which ones are out of date. Run by `npm run generate`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jsonSchema } from '../src/model';
import { capabilities, errorCatalogue } from './docs';
import { fileOutputs, programOutput } from './example-output';
import { propsSource } from './props';

const ROOT = join(__dirname, '..');

/** Generated files by path, in the order in which they can be made. */
const FILES: Record<string, () => string> = {
  'spillway.schema.json': () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
  'src/platform/version.generated.ts': () => versionSource(),
  'src/constructs/words.generated.ts': () => format(propsSource(), 'words.generated.ts'),
  'docs/capabilities.md': capabilities,
  'docs/errors.md': errorCatalogue,
  ...fileOutputs(),
  // The last two are made from what is compiled, so `npm run build` comes first.
  'examples/quickstart/cdktf/generated/cdk.tf.json': programOutput,
  'API.md': apiReference,
};

function apiReference(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-api-'));
  const file = join(directory, 'API.md');
  execFileSync(join(ROOT, 'node_modules/.bin/jsii-docgen'), ['--output', file], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const text = readFileSync(file, 'utf8');
  rmSync(directory, { recursive: true });
  return text;
}

function versionSource(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return `// Generated from package.json by \`npm run generate\`; do not edit.\n/** The version of spillway. */\nexport const VERSION: string = '${version}';\n`;
}

function format(source: string, name: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', `--stdin-file-path=src/constructs/${name}`], {
    cwd: ROOT,
    input: source,
    encoding: 'utf8',
  });
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

const check = process.argv.includes('--check');
const stale = Object.entries(FILES).filter(([path, make]) => {
  const text = make();
  if (text === current(path)) return false;
  if (!check) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  return true;
});
for (const [path] of stale) console.log(`${check ? 'out of date' : 'written'}: ${path}`);
if (check && stale.length > 0) {
  console.log('Run `npm run generate`.');
  process.exitCode = 1;
}
