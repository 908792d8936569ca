// Makes the framework namespaces of lib/index.js lazy, so that `require('spillway')` needs none of the frameworks.
// TypeScript emits `exports.X = __importStar(require("./X"))` for `export * as X from './X'`. The line
// `exports.X = void 0` above it stays: Node's ESM loader finds the names of a CommonJS module's exports by it.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const NAMESPACES = ['cdktf'];
const EAGER = /^exports\.(\w+) = __importStar\(require\("(\.\/\w+)"\)\);$/gm;

const file = join(__dirname, '..', 'lib', 'index.js');
const found = [];
const source = readFileSync(file, 'utf8').replace(EAGER, (_, name, path) => {
  found.push(name);
  // The assignment to `_n` hides the definition from the ESM loader, which drops names that have a getter of their own.
  return `var _n; Object.defineProperty(exports, _n = "${name}", { enumerable: true, get: () => require("${path}") });`;
});
if (found.join() !== NAMESPACES.join()) {
  throw new Error(
    `lib/index.js has the namespaces [${found}], expected [${NAMESPACES}]: has the compiler's output changed?`,
  );
}
writeFileSync(file, source);
