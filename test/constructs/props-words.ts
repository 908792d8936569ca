import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A word that a program can write, as a path with `*` for any name or index. */
export interface Word {
  readonly at: string;
  readonly required: boolean;
  readonly type: string;
}

const CONSTRUCTS = join(__dirname, '..', '..', 'src', 'constructs');
const SOURCES = ['words.generated', 'scalable-api', 'target-pool', 'targets', 'route', 'fallback-response'];

const interfaces = new Map<string, ts.InterfaceDeclaration>();
const factories = new Map<string, readonly ts.MethodDeclaration[]>();
const enums = new Map<string, readonly string[]>();

for (const name of SOURCES) {
  const path = join(CONSTRUCTS, `${name}.ts`);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && !isConstruct(statement)) interfaces.set(statement.name.text, statement);
    if (ts.isEnumDeclaration(statement)) enums.set(statement.name.text, statement.members.map(enumWord));
    if (ts.isClassDeclaration(statement) && statement.name)
      factories.set(statement.name.text, statement.members.filter(ts.isMethodDeclaration).filter(isPublicFactory));
  }
}

/** A construct stands for its name, which has no words below it. */
function isConstruct({ heritageClauses }: ts.InterfaceDeclaration): boolean {
  return heritageClauses?.some(({ types }) => types.some((type) => type.getText() === 'IConstruct')) === true;
}

function enumWord(member: ts.EnumMember): string {
  return member.initializer && ts.isStringLiteral(member.initializer) ? member.initializer.text : '';
}

function isPublicFactory(method: ts.MethodDeclaration): boolean {
  const flags = ts.getCombinedModifierFlags(method);
  return (flags & ts.ModifierFlags.Static) !== 0 && !method.name.getText().startsWith('_');
}

/** The words that an interface of the props can write below a place. */
export function propsWords(name: string, at: string): Word[] {
  const declaration = interfaces.get(name);
  const inherited = (declaration?.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap((type) => propsWords(type.expression.getText(), at)),
  );
  const own = (declaration?.members ?? []).flatMap((member) => {
    if (!ts.isPropertySignature(member) || !member.type) return [];
    const path = `${at}${member.name.getText()}`;
    return [word(path, !member.questionToken, member.type), ...wordsBelow(member.type, path)];
  });
  return [...inherited, ...own];
}

/** The words that the factories of a class can write below a place. */
export function factoryWords(name: string, at: string): Word[] {
  return (factories.get(name) ?? []).flatMap((method) => methodWords(method, at));
}

/** The choices of an enum. */
export function choicesOf(type: string): readonly string[] | undefined {
  return enums.get(type.replace(/(\[\])+$/, ''));
}

const word = (at: string, required: boolean, type: ts.TypeNode): Word => ({ at, required, type: type.getText() });

function wordsBelow(type: ts.TypeNode, at: string): Word[] {
  if (ts.isArrayTypeNode(type)) return wordsBelow(type.elementType, `${at}.*`);
  if (ts.isTypeReferenceNode(type)) return propsWords(type.typeName.getText(), `${at}.`);
  if (!ts.isTypeLiteralNode(type)) return [];
  return type.members.filter(ts.isIndexSignatureDeclaration).flatMap((index) => wordsBelow(index.type, `${at}.*`));
}

/** A factory writes the keys to which it gives its parameters, and the words of a parameter that it passes on. */
function methodWords(method: ts.MethodDeclaration, at: string): Word[] {
  const types = new Map(method.parameters.map(({ name, type }) => [name.getText(), type]));
  const words: Word[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
      const given = ts.isPropertyAssignment(node) ? node.initializer : node.name;
      const type = types.get(given.getText());
      const path = `${at}${node.name.getText()}`;
      if (type) words.push(word(path, false, type), ...wordsBelow(type, path));
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      for (const passed of node.arguments ?? []) {
        const type = types.get(passed.getText());
        if (type && ts.isTypeReferenceNode(type)) words.push(...propsWords(type.typeName.getText(), at));
      }
    }
    ts.forEachChild(node, visit);
  };
  if (method.body) visit(method.body);
  return words;
}
