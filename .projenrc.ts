import { cdk, javascript } from 'projen';

const NODE_FLOOR = '20.16.0';

const project = new cdk.JsiiProject({
  name: 'spillway',
  description: 'Describe a scalable, failure-tolerant API once; compile it to HAProxy, Nginx, clouds, or run it here.',
  keywords: [
    'cdk',
    'cdktf',
    'constructs',
    'load-balancer',
    'reverse-proxy',
    'failover',
    'fallback',
    'haproxy',
    'nginx',
  ],
  author: 'Spillway authors',
  authorAddress: 'authors@spillway.invalid',
  authorOrganization: true,
  repositoryUrl: 'https://spillway.invalid/spillway.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  copyrightOwner: 'Spillway authors',
  projenrcTs: true,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: NODE_FLOOR,

  github: false,
  release: false,
  depsUpgrade: false,
  sampleCode: false,
  eslint: false,
  jest: false,
  docgen: false,

  biome: true,
  biomeOptions: {
    version: '~2.5.15',
    biomeConfig: {
      formatter: { indentStyle: 'space' as never, lineWidth: 120 },
      javascript: { formatter: { quoteStyle: 'single' as never } },
      // `${NAME}` in a plain string is Terraform's, or the description's own way to name an environment variable.
      linter: { rules: { suspicious: { noExplicitAny: 'error', noTemplateCurlyInString: 'off' } } },
      overrides: [{ includes: ['**/*.generated.ts'], linter: { enabled: false } }],
      files: { includes: ['tools/**', 'examples/**/*.ts', 'bench/**', '!lib', '!**/cdktf.out*'] },
    },
  },

  bin: { spillway: 'lib/cli/main.js' },
  peerDeps: ['constructs@^10.4.2', 'cdktf@>=0.21.0 <0.25.0'],
  bundledDeps: ['commander@^14.0.3', 're2js@^2.10.0', 'yaml@^2.9.1', 'zod@^4.6.7'],
  devDeps: [
    'ajv@^8.17.1',
    'cdktf@0.21.0',
    'constructs@10.4.2',
    'dependency-cruiser@^17.3.9',
    'esbuild@^0.28.2',
    // API.md is made by `npm run generate`, not by every build.
    'jsii-docgen@^10.7.0',
    'fast-check@^4.10.2',
    'tsx@^4.23.15',
    // Vite 6 is the last that runs on Node 20.16; newer ones need 20.19.
    'vite@^6.4.6',
    'vitest@^4.1.12',
  ],
  gitignore: [
    'cdktf.out*/',
    'cdk.out/',
    '.spillway/',
    '.cache/',
    'examples/**/node_modules/',
    'terraform.tfstate*',
    '.terraform*',
  ],
  npmIgnoreOptions: {
    ignorePatterns: [
      '/.cache/',
      '/bench/',
      '/docs/decisions/',
      '/examples/',
      '/tools/',
      '/API.md',
      '/biome.jsonc',
      '/.dependency-cruiser.cjs',
      '/.ci/',
      '/tsconfig*.json',
      '/vitest.config.mts',
    ],
  },
});

// Frameworks are the user's own: none is installed unless the program already has it.
project.package.addField('peerDependenciesMeta', { cdktf: { optional: true } });

const SUBPATHS = ['cdktf', 'runtime'];
const entry = (room: string) => ({ types: `./lib/${room}/index.d.ts`, default: `./lib/${room}/index.js` });
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  ...Object.fromEntries(SUBPATHS.map((room) => [`./${room}`, entry(room)])),
  './spillway.schema.json': './spillway.schema.json',
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
// TypeScript's node10 resolution does not read `exports`.
project.package.addField('typesVersions', {
  '*': Object.fromEntries(SUBPATHS.map((room) => [room, [`./lib/${room}/index.d.ts`]])),
});
// Rollup's WebAssembly build needs no binary per platform, so one lock file serves every machine and every registry.
project.package.addField('overrides', { rollup: 'npm:@rollup/wasm-node@^4.50.0' });
// The lock file holds hashes, not the addresses of whichever registry was used.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmrc.addConfig('fund', 'false');

project.compileTask.reset('jsii --silence-warnings=reserved-word');
project.postCompileTask.prependExec('node tools/lazify.cjs');
project.postCompileTask.exec(
  'esbuild src/runtime/main.ts --bundle --platform=node --target=node20 --format=cjs --log-level=warning --outfile=lib/runtime/spillway.js',
);

// `npm test` and `npm run demo` work on a fresh clone, before anything is installed.
project.setScript('test', 'node tools/test.mjs');
project.setScript('demo', 'node tools/demo.mjs');
project.setScript('story', 'node tools/story.mjs');
project.setScript('build', 'node tools/build.mjs');
project.setScript('bench', 'node tools/bench.mjs');
project.setScript('soak', 'node tools/soak.mjs');
project.setScript('generate', 'tsx tools/generate.ts');
project.setScript('lint', 'biome check .');
project.testTask.reset('node tools/test.mjs');

// Tools, benches and examples are checked with the tests.
project
  .tryFindObjectFile('test/tsconfig.json')
  ?.addOverride('include', ['**/*.ts', '../tools/**/*.ts', '../bench/**/*.ts', '../vitest.config.mts']);

project.synth();
