import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/peers';
import { fetchText, freePorts, run, serve, until } from '../support/processes';

const RUNTIME = join(ROOT, 'lib', 'runtime', 'spillway.js');

let directory: string;
let state: string;
let port: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-local-'));
  state = join(directory, 'state');
  [port] = await freePorts(1);
});

afterEach(async () => {
  await local('stop');
  rmSync(directory, { recursive: true, force: true });
});

const local = (command: string, ...more: string[]) =>
  run(process.execPath, [RUNTIME, 'local', command, '--state', state, ...more]);

function apply(words: object = {}, message = 'one') {
  const file = join(directory, 'model.json');
  const routes = { all: { path: '/*', fallback: { status: 200, text: message } } };
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      name: 'shop',
      listeners: { web: { address: '127.0.0.1', port } },
      pools: {},
      routes,
      ...words,
    }),
  );
  return local('apply', '--model', file);
}

const answer = () => fetchText(`http://127.0.0.1:${port}/`);
const status = async () => JSON.parse((await local('status')).stdout);

async function killWorkers(): Promise<void> {
  for (const worker of (await status()).workers) process.kill(worker, 'SIGKILL');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the background process', () => {
  it('serves once a model is applied, and says where', async () => {
    expect(await local('start')).toMatchObject({ code: 0 });
    const { code, stdout } = await apply();
    expect(code).toBe(0);
    expect(stdout).toContain(`http://127.0.0.1:${port}`);
    expect(await answer()).toBe('one');
  });

  it('loads a changed model without a new process', async () => {
    await apply();
    const before = await status();
    await apply({}, 'two');
    expect(await answer()).toBe('two');
    expect(await status()).toMatchObject({ pid: before.pid, workers: before.workers });
  });

  it('refuses a wrong model, says why, and goes on with the old one', async () => {
    await apply();
    const { code, stderr } = await apply({ routes: { all: { path: 'nonsense', pool: 'nobody' } } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/SPW2009[\s\S]*SPW3001/);
    expect(await answer()).toBe('one');
  });

  it('refuses a port that is in use, and goes on with the old model', async () => {
    await apply();
    const { port: admin, server } = await serve((_, response) => response.end());
    const { code, stderr } = await apply({
      listeners: { web: { address: '127.0.0.1', port }, other: { address: '127.0.0.1', port: admin } },
    });
    expect(code).toBe(3);
    server.close();
    expect(stderr).toContain(String(admin));
    expect(await answer()).toBe('one');
  });

  it('is back after its workers were killed', async () => {
    await apply();
    const { workers, pid } = await status();
    for (const worker of workers) process.kill(worker, 'SIGKILL');
    expect(await until(async () => ((await answer()) === 'one' ? 'one' : undefined), 'the new worker answers')).toBe(
      'one',
    );
    await until(async () => (await status()).restarts === workers.length, 'both are counted');
    expect(await status()).toMatchObject({ pid });
  });

  it('serves the old model again, or the new one, when one is applied just after its workers were killed', async () => {
    await apply();
    await killWorkers();
    expect(await apply({ routes: { all: { path: 'nonsense', pool: 'nobody' } } })).toMatchObject({ code: 1 });
    expect(await answer()).toBe('one');
    await killWorkers();
    expect(await apply({}, 'two')).toMatchObject({ code: 0 });
    expect(await answer()).toBe('two');
  });

  it('is brought back by the printed command after the machine lost all its processes', async () => {
    const { stdout } = await apply();
    const { workers, pid } = await status();
    process.kill(pid, 'SIGKILL');
    for (const worker of workers) process.kill(worker, 'SIGKILL');
    await until(async () => ((await answer()) === undefined ? true : undefined), 'nothing answers');
    const [, command] = /After a restart of this machine: (.*)/.exec(stdout) ?? [];
    expect(await run('sh', ['-c', command as string])).toMatchObject({ code: 0 });
    expect(await answer()).toBe('one');
  });

  it('ends its workers when the supervisor is gone, so that nothing serves unwatched', async () => {
    await apply();
    const { workers, pid } = await status();
    process.kill(pid, 'SIGKILL');
    await until(() => (workers.some(isAlive) ? undefined : true), 'the workers end');
  });

  it('is stopped, exactly it, and leaves nothing behind', async () => {
    await apply();
    const { workers, pid } = await status();
    expect(await local('stop')).toMatchObject({ code: 0, stdout: 'stopped\n' });
    expect([pid, ...workers].filter(isAlive)).toEqual([]);
    expect(existsSync(state)).toBe(false);
  });

  it('is stopped without a complaint where it does not run', async () => {
    expect(await local('stop')).toMatchObject({ code: 0, stdout: 'was not running\n' });
  });

  it('does not take a stranger for itself when its files are left over', async () => {
    await apply();
    const { pid } = await status();
    const left = readFileSync(join(state, 'contact.json'), 'utf8');
    await local('stop');
    await local('start');
    const contact = JSON.parse(readFileSync(join(state, 'contact.json'), 'utf8'));
    writeFileSync(
      join(state, 'contact.json'),
      JSON.stringify({ ...JSON.parse(left), port: contact.port, pid: process.pid }),
    );
    expect(await local('stop')).toMatchObject({ code: 0, stdout: 'was not running\n' });
    expect(isAlive(process.pid)).toBe(true);
    expect(pid).not.toBe(contact.pid);
    process.kill(contact.pid, 'SIGTERM');
    await until(() => (isAlive(contact.pid) ? undefined : true), 'the process ends');
  });

  it('tells wrong usage apart with exit code 2', async () => {
    expect(await run(process.execPath, [RUNTIME, 'nonsense'])).toMatchObject({ code: 2 });
  });
});
