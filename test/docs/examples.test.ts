import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '..', '..');

/** What an example of a docstring may use without saying where it comes from. */
const PRELUDE = `import { Construct } from 'constructs';
import { Fallback, FallbackRoute, Platform, Route, ScalableApi, TargetPool, Targets } from 'spillway';
`;

/** Example programs by where they stand. */
function examples(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const room of ['constructs', 'cdktf']) {
    for (const name of readdirSync(join(ROOT, 'src', room))) {
      const source = readFileSync(join(ROOT, 'src', room, name), 'utf8');
      for (const [index, block] of [...source.matchAll(/@example\n((?: \*(?!\/).*\n)+)/g)].entries()) {
        const lines = block[1].replace(/^ \* ?/gm, '').split('\n');
        const declared = lines.filter((line) => line.startsWith('declare '));
        const body = lines.filter((line) => !line.startsWith('declare '));
        const text = [PRELUDE, ...declared, 'export function example(this: Construct) {', ...body, '}', ''].join('\n');
        found[`${room}-${name.replace('.ts', '')}-${index}.ts`] = text;
      }
    }
  }
  const [, readme] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  found['readme.ts'] = readme ?? 'the README has no program';
  found['quickstart.ts'] = readFileSync(join(ROOT, 'examples/quickstart/cdktf/main.ts'), 'utf8');
  return found;
}

it('compiles every example of the documentation', () => {
  const directory = join(ROOT, 'test', 'docs', 'virtual');
  const sources = new Map(Object.entries(examples()).map(([name, text]) => [join(directory, name), text]));
  expect(sources.size).toBeGreaterThan(4);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    paths: { spillway: [join(ROOT, 'src/index.ts')], 'spillway/*': [join(ROOT, 'src/*/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  host.getSourceFile = (file, language) => {
    const text = sources.get(file);
    return text === undefined ? getSourceFile(file, language) : ts.createSourceFile(file, text, language);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map((item) => `${item.file?.fileName}: ${ts.flattenDiagnosticMessageText(item.messageText, '\n')}`);
  expect(problems).toEqual([]);
}, 60_000);
