// Real programs that tests run against. Each is installed where this machine allows it; where it does not, the tests
// that need it are skipped with the reason that stands here, or fail where CI=true.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is built or downloaded once for all checkouts of a user. */
export const PEERS_CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spillway', 'peers');

/** Peers from Debian's packages: the program, and the package that has it. */
const DEBIAN = [
  { program: 'haproxy', package: 'haproxy', version: ['-v'] },
  { program: 'nginx', package: 'nginx-light', version: ['-v'] },
  { program: 'sshd', package: 'openssh-server', version: ['-V'], paths: ['/usr/sbin/sshd'] },
  { program: 'wrk', package: 'wrk', version: ['-v'], paths: ['/usr/bin/wrk'] },
  { program: 'h2load', package: 'nghttp2-client', version: ['--version'] },
];

/** Peers from the npm registry: not the project's own dependencies, so not in its lock file. */
const NPM = [
  { name: 'cdktf-cli', packages: ['cdktf-cli@0.21.0'], program: 'node_modules/.bin/cdktf' },
  {
    name: 'cdktn',
    packages: ['cdktf@npm:cdktn@0.24.0', 'constructs@10.6.0'],
    program: 'node_modules/cdktf/package.json',
  },
  { name: 'grpc', packages: ['@grpc/grpc-js@1.14.7'], program: 'node_modules/@grpc/grpc-js/package.json' },
];

/** Peers that are built from the Go module proxy. */
const GO = [
  {
    name: 'h2spec',
    // Version 2.6.0 names itself in a way that the proxy refuses.
    module: 'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible',
    program: 'h2spec',
  },
];

/** Peers from the npm registry that only the benchmark needs. */
const NPM_PROXIES = [
  {
    name: 'http-proxy',
    packages: ['http-proxy@1.18.1'],
    program: 'node_modules/http-proxy/package.json',
  },
  {
    name: '@fastify/http-proxy',
    packages: ['@fastify/http-proxy@11.6.3', 'fastify@5.12.8'],
    program: 'node_modules/@fastify/http-proxy/package.json',
  },
];

/** What the benchmark needs from Debian. */
const BENCH_PROGRAMS = ['haproxy', 'nginx', 'wrk', 'h2load'];

/** Installs what is missing; gives what each peer's tests need, or why they cannot run. */
export function ensurePeers() {
  const found = ensureDebianPeers(DEBIAN);
  for (const peer of NPM) found[peer.name] = ensureNpmPeer(peer);
  for (const peer of GO) found[peer.name] = ensureGoPeer(peer);
  const terraform = ['terraform', 'tofu'].find((name) => succeeds(name, ['version']));
  found.terraform = terraform
    ? { path: terraform }
    : { missing: 'neither terraform nor tofu is on the PATH, and neither is in Debian or npm' };
  return found;
}

/** Installs what the benchmark needs, with or without the proxies of the npm registry; gives each, or why it is not there. */
export function ensureBenchPeers({ fromNpm }) {
  const found = ensureDebianPeers(DEBIAN.filter(({ program }) => BENCH_PROGRAMS.includes(program)));
  for (const peer of fromNpm ? NPM_PROXIES : []) found[peer.name] = ensureNpmPeer(peer);
  return found;
}

function ensureDebianPeers(peers) {
  const missing = peers.filter((peer) => !isThere(peer));
  if (missing.length > 0) installFromDebian(missing);
  return Object.fromEntries(
    peers.map((peer) => [peer.program, isThere(peer) ? { path: pathOf(peer) } : { missing: reasonFor(peer) }]),
  );
}

function pathOf({ program, paths = [] }) {
  return paths.find(existsSync) ?? program;
}

function isThere(peer) {
  // sshd and wrk have no option that prints their version and ends with 0; that they are there is enough.
  return peer.paths ? peer.paths.some(existsSync) : succeeds(peer.program, peer.version);
}

function reasonFor(peer) {
  if (process.getuid?.() !== 0)
    return `${peer.program} is not installed, and only root may install it: apt-get install ${peer.package}`;
  return `${peer.program} is not installed, and Debian's package ${peer.package} could not be had`;
}

function installFromDebian(peers) {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return;
  console.log(`… installing ${peers.map(({ package: name }) => name).join(', ')} from Debian's packages`);
  // A test starts what it needs; no service of the machine is to be started by an installation.
  const policy = '/usr/sbin/policy-rc.d';
  const own = !existsSync(policy);
  if (own) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...peers.map(({ package: name }) => name));
  if (own) rmSync(policy);
}

function ensureNpmPeer({ name, packages, program }) {
  const directory = join(PEERS_CACHE, packages.join('+').replace(/[^\w.@+-]/g, '_'));
  if (existsSync(join(directory, program))) return { path: join(directory, program), directory };
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"private":true}');
  console.log(`… installing ${packages.join(' ')} from the npm registry`);
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps', ...packages];
  const { status } = spawnSync('npm', args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0
    ? { path: join(directory, program), directory }
    : { missing: `${name} could not be installed from the npm registry` };
}

function ensureGoPeer({ name, module, program }) {
  const directory = join(PEERS_CACHE, module.replace(/[^\w.@+-]/g, '_'));
  const path = join(directory, program);
  if (existsSync(path)) return { path, directory };
  if (!succeeds('go', ['version'])) return { missing: `${name} is built with Go, and go is not on the PATH` };
  mkdirSync(directory, { recursive: true });
  console.log(`… building ${module} from the Go module proxy`);
  const env = { ...process.env, GOBIN: directory };
  const { status } = spawnSync('go', ['install', module], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0 ? { path, directory } : { missing: `${name} could not be built from the Go module proxy` };
}

function succeeds(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  return status === 0;
}
