// The room table of ARCHITECTURE.md: which folder of src may import which. Whatever is not allowed is an error.

const SHARED = ['emit/text', 'emit/answers', 'emit/expressions'];

/** Rooms by name: the rooms, then the packages, that each may import. */
const ROOMS = {
  model: { packages: ['zod', 're2js'] },
  signals: {},
  file: { rooms: ['model'], packages: ['yaml'] },
  platform: { rooms: ['model', 'signals'] },
  passes: { rooms: ['model', 'platform', 'signals'] },
  constructs: { rooms: ['model', 'platform', 'passes'], packages: ['constructs'] },
  // What emitters share: none of them knows a destination.
  'emit/text': { rooms: ['model'] },
  'emit/answers': { rooms: ['model', 'passes'] },
  'emit/expressions': { rooms: ['model', 'platform', 'emit/text'] },
  'emit/haproxy': { rooms: ['model', 'platform', 'passes', 'signals', ...SHARED] },
  'emit/nginx': { rooms: ['model', 'platform', 'passes', 'signals', ...SHARED] },
  'emit/runtime': { rooms: ['model', 'platform', 'passes', 'signals'] },
  'plans/local': { rooms: ['model', 'platform', 'passes', 'signals', 'emit/*'] },
  'plans/hosts': { rooms: ['model', 'platform', 'passes', 'signals', 'emit/*'] },
  cdktf: { rooms: ['model', 'platform', 'passes', 'signals', 'constructs', 'emit/*', 'plans/*'], packages: ['cdktf', 'constructs'] },
  runtime: { rooms: ['model', 'file', 'passes', 'signals', 'platform'], packages: ['re2js'] },
  cli: {
    rooms: ['model', 'file', 'platform', 'passes', 'signals', 'emit/*', 'plans/*', 'runtime'],
    packages: ['commander'],
  },
};

const folder = (room) => `^src/${room.replace('*', '[^/]+')}/`;

const rules = Object.entries(ROOMS).flatMap(([room, { rooms = [], packages = [] }]) => [
  {
    name: `${room}-imports`,
    comment: `src/${room} may import ${[...rooms, ...packages].join(', ') || 'nothing'}, and Node's own modules`,
    severity: 'error',
    from: { path: folder(room) },
    to: {
      pathNot: [room, ...rooms].map(folder).concat(packages.map((name) => `^node_modules/${name}/`)),
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: `${room}-face`,
    comment: 'a room is entered through its index.ts',
    severity: 'error',
    from: { path: '^src/', pathNot: folder(room) },
    to: { path: folder(room), pathNot: `^src/${room}/(index|main)\\.ts$` },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'core-modules',
      comment: 'what is described and compiled is pure: files, processes and sockets belong to runtime, cli and the adapters',
      severity: 'error',
      from: { path: '^src/(model|signals|file|platform|passes|constructs|emit|plans)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every-room-is-known',
      comment: 'a new folder of src needs a line in the table',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(ROOMS).map(folder).concat('^src/index\\.ts$') },
      to: {},
    },
    {
      name: 'the-surface',
      comment: 'the main entry holds the constructs and the framework namespaces',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { pathNot: ['constructs', 'cdktf'].map(folder) },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'types', 'default'] },
  },
};
