import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const SRC = join(__dirname, '..', '..', 'src');

/** Declarations that are exported from a file without a docstring; one serves a run of constants. */
function undocumented(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  let constants = false;
  return source.statements.flatMap((statement) => {
    const documented = ts.getJSDocCommentsAndTags(statement).length > 0;
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    constants = ts.isVariableStatement(statement) && (documented || constants);
    return exported && !documented && !constants ? [`${file}: ${statement.getText().split('\n', 1)[0]}`] : [];
  });
}

it('gives every exported declaration a docstring', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(undocumented)).toEqual([]);
});

it('opens every room with a sentence that says what it is for', () => {
  const doors = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('index.ts'));
  const silent = doors.filter((name) => !/^\/\*\* [A-Z].*[.:]/.test(readFileSync(join(SRC, name), 'utf8')));
  expect(silent).toEqual([]);
});
