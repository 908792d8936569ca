import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BusyClients } from '../support/clients';
import { end, fetchText, freePorts, run, serve, until } from '../support/processes';
import { childrenOf, metricOf, RUNTIME, runs, startService } from '../support/service';

/** A directory that is there until all else of the test has ended. */
function ownDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-upgrade-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// Each test starts several programs, one after the other.
vi.setConfig({ testTimeout: 60_000 });

const BROKEN = '#!/usr/bin/env node\nprocess.exit(7);\n';

/** The bundled program, as it would be in another version. */
function ofVersion(version: string): string {
  const text = readFileSync(RUNTIME, 'utf8');
  const changed = text.replace(/(VERSION = ")[^"]*"/, `$1${version}"`);
  expect(changed).not.toBe(text);
  return changed;
}

/** Replaces a file as a package manager does. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function target(text: string) {
  const { port, server } = await serve((_, response) => response.end(text));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `127.0.0.1:${port}`, server };
}

/** Serves with a program that can be replaced, and asks it all the time. */
async function underLoad(words: object = {}) {
  const directory = ownDirectory();
  const { address } = await target('hello');
  const program = join(directory, 'spillway.js');
  const pidFile = join(directory, 'pid');
  writeFileSync(program, ofVersion('1.0.0'));
  const service = await startService(
    { pools: { web: { targets: [{ address }] } }, routes: { all: { pool: 'web' } }, ...words },
    { directory, program, args: ['--pid-file', pidFile] },
  );
  const readPid = () => Number(readFileSync(pidFile, 'utf8'));
  onTestFinished(() => {
    if (!existsSync(pidFile)) return;
    const pid = readPid();
    for (const one of [pid, ...childrenOf(pid)]) if (runs(one)) process.kill(one, 'SIGKILL');
  });
  await until(() => readPid() === service.child.pid, 'the pid file');
  const clients = new BusyClients(service.url, 8);
  await clients.more(100);
  const version = async () =>
    /spillway_build_info{version="(.*)"}/.exec((await fetchText(`${service.adminUrl}/metrics`)) ?? '')?.[1];
  return { ...service, program, pidFile, readPid, clients, version };
}

describe('SIGUSR2', () => {
  it('lets the program that is in place by now take over; no request fails', async () => {
    const { child, program, clients, version, readPid, pidFile } = await underLoad();
    const before = childrenOf(child.pid as number);
    replace(program, ofVersion('2.0.0'));
    child.kill('SIGUSR2');
    const next = await until(() => (readPid() === child.pid ? undefined : readPid()), 'another process');
    await until(() => child.exitCode !== null, 'the old process ends');
    expect(child.exitCode).toBe(0);
    expect(before.filter(runs)).toEqual([]);
    await clients.more(100);
    expect((await clients.stop()).failures).toEqual([]);
    expect(await version()).toBe('2.0.0');
    expect(childrenOf(next)).toHaveLength(2);
    process.kill(next, 'SIGTERM');
    await until(() => !runs(next), 'the new process ends');
    expect(existsSync(pidFile)).toBe(false);
  });

  it('again and again leads to the newest', async () => {
    const { child, program, clients, version, readPid } = await underLoad();
    for (const wanted of ['2.0.0', '3.0.0', '4.0.0']) {
      const pid = readPid();
      replace(program, ofVersion(wanted));
      process.kill(pid, 'SIGUSR2');
      await until(() => (readPid() === pid ? undefined : true), wanted);
    }
    await until(() => child.exitCode !== null, 'the first process ends');
    await until(async () => ((await version()) === '4.0.0' ? true : undefined), 'the newest');
    expect((await clients.stop()).failures).toEqual([]);
  });

  it('carries on what the probes have found out', async () => {
    const [dead, standby] = [await target('dead'), await target('standby')];
    dead.server.close();
    dead.server.closeAllConnections();
    // The next probe comes long after the test.
    const healthCheck = { interval: '1h', unhealthyThreshold: 1, path: '/' };
    const targets = [{ address: dead.address }, { address: standby.address, priority: -1 }];
    const { child, adminUrl, version, program, clients } = await underLoad({
      pools: { web: { targets, healthCheck } },
    });
    const failed = async () =>
      metricOf(
        await fetchText(`${adminUrl}/metrics`),
        `spillway_target_requests_total{api="shop",tier="web",target="${dead.address}",outcome="connect"}`,
      );
    await until(async () => /"state":"down"/.test((await fetchText(`${adminUrl}/status`)) ?? ''), 'it is down');
    replace(program, ofVersion('2.0.0'));
    child.kill('SIGUSR2');
    await until(async () => ((await version()) === '2.0.0' ? true : undefined), 'the version');
    await clients.more(50);
    expect(await failed()).toBe(0);
    expect((await clients.stop()).failures).toEqual([]);
  });

  it.each([
    ['does not start', BROKEN, /it ended \(7\) before it served/],
    ['cannot read its file any more', undefined, /not replaced, this process goes on: the file has errors/],
  ])('keeps the old one, and says why, where the new one %s', async (_, text, reason) => {
    const { child, program, file, clients, version, readPid } = await underLoad();
    if (text === undefined) writeFileSync(file, 'nonsense');
    else replace(program, text);
    child.kill('SIGUSR2');
    await until(() => reason.test(child.output()), 'the reason');
    await clients.more(100);
    expect((await clients.stop()).failures).toEqual([]);
    expect(readPid()).toBe(child.pid);
    expect(await version()).toBe('1.0.0');
    expect(childrenOf(child.pid as number)).toHaveLength(2);
  });

  it('is called off where the process is to end', async () => {
    const { child, program, clients } = await underLoad();
    replace(program, '#!/usr/bin/env node\nprocess.on("message", () => {});\n');
    child.kill('SIGUSR2');
    const successor = await until(() => childrenOf(child.pid as number)[2], 'the new process');
    const stopped = clients.stop();
    expect(await end(child)).toBe(0);
    await stopped;
    await until(() => !runs(successor), 'the new process is gone');
  });

  it('leaves a worker that dies afterwards to be replaced by one of the same version', async () => {
    const { child, program, clients, adminUrl } = await underLoad();
    replace(program, BROKEN);
    for (const worker of childrenOf(child.pid as number)) process.kill(worker, 'SIGKILL');
    await until(
      async () => metricOf(await fetchText(`${adminUrl}/metrics`), 'spillway_worker_restarts_total{') === 2,
      'both are missed',
    );
    await clients.more(100);
    await clients.stop();
  });
});

describe('the background process', () => {
  async function local() {
    const directory = ownDirectory();
    const state = join(directory, 'state');
    const [port] = await freePorts(1);
    const model = join(directory, 'model.json');
    const command = (program: string, name: string, ...more: string[]) =>
      run(process.execPath, [program, 'local', name, '--state', state, ...more]);
    const write = (words: object) =>
      writeFileSync(
        model,
        JSON.stringify({
          version: 1,
          name: 'shop',
          listeners: { web: { address: '127.0.0.1', port } },
          pools: {},
          routes: { all: { fallback: { status: 200, text: 'hello' } } },
          ...words,
        }),
      );
    const program = (version: string, text = ofVersion(version)) => {
      const path = join(directory, `spillway-${version}.js`);
      writeFileSync(path, text);
      return path;
    };
    write({});
    const first = program('1.0.0');
    expect(await command(first, 'apply', '--model', model, '--workers', '2')).toMatchObject({ code: 0 });
    onTestFinished(async () => {
      await command(first, 'stop');
    });
    const status = async () => JSON.parse((await command(first, 'status')).stdout);
    return { command, write, program, model, state, status, url: `http://127.0.0.1:${port}/` };
  }

  it('is taken over by another version of the program, without a failed request', async () => {
    const { command, program, model, status, url, state } = await local();
    const clients = new BusyClients(url, 8);
    await clients.more(100);
    const before = await status();
    const second = program('2.0.0');
    expect(await command(second, 'apply', '--model', model)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(url.slice(0, -1)),
    });
    const after = await status();
    expect(after.pid).not.toBe(before.pid);
    expect(after.workers).toHaveLength(2);
    await until(() => [before.pid, ...before.workers].filter(runs).length === 0, 'the old processes end');
    await clients.more(100);
    expect((await clients.stop()).failures).toEqual([]);
    expect(readFileSync(join(state, 'spillway.js'), 'utf8')).toBe(readFileSync(second, 'utf8'));
    expect(await command(second, 'apply', '--model', model)).toMatchObject({ code: 0 });
    expect((await status()).pid).toBe(after.pid);
    expect(await command(second, 'stop')).toMatchObject({ code: 0, stdout: 'stopped\n' });
    expect([after.pid, ...after.workers].filter(runs)).toEqual([]);
  });

  it('goes on with its own program and model where the other one refuses the model', async () => {
    const { command, program, model, write, status, url } = await local();
    const before = await status();
    write({ routes: { all: { path: 'nonsense', pool: 'nobody' } } });
    const { code, stderr } = await command(program('2.0.0'), 'apply', '--model', model);
    expect(code).toBe(1);
    expect(stderr).toContain('SPW2009');
    expect(await fetchText(url)).toBe('hello');
    expect(await status()).toMatchObject({ pid: before.pid, workers: before.workers });
  });

  it('goes on with its own program where the other one does not start', async () => {
    const { command, program, model, status, url } = await local();
    const before = await status();
    // Its commands work, and it does not serve.
    const text = ofVersion('2.0.0').replace(/^(#!.*\n)/, '$1if (process.argv[3] === "supervise") process.exit(7);\n');
    const { code, stderr } = await command(program('2.0.0', text), 'apply', '--model', model);
    expect(code).toBe(3);
    expect(stderr).toContain('the old one goes on: it ended (7) before it served');
    expect(await fetchText(url)).toBe('hello');
    expect(await status()).toMatchObject({ pid: before.pid, workers: before.workers });
  });
});
