import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/peers';
import { end, fetchText, freePorts, run, serve, startUntil, until } from '../support/processes';

const CLI = join(ROOT, 'lib', 'cli', 'main.js');
const EXAMPLE = join(ROOT, 'examples', 'quickstart', 'file', 'api.yaml');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const spillway = (...args: string[]) => run(process.execPath, [CLI, ...args]);

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function api(message = 'hello'): Promise<{ path: string; url: string; write: (message: string) => void }> {
  const [port] = await freePorts(1);
  const path = join(directory, `api-${port}.yaml`);
  const write = (text: string) =>
    writeFileSync(
      path,
      `version: 1\nname: shop\nlisteners: { web: { address: 127.0.0.1, port: ${port} } }\npools: {}\nroutes: { all: { fallback: { status: 200, text: "${text}" } } }\n`,
    );
  write(message);
  return { path, url: `http://127.0.0.1:${port}/`, write };
}

describe('exit codes', () => {
  it('0: the file has no problems', async () => {
    expect(await spillway('check', EXAMPLE)).toMatchObject({ code: 0, stderr: `${EXAMPLE}: no problems\n` });
  });

  it('1: the file has problems, all of which are told, and nothing is started', async () => {
    const text = readFileSync(join(ROOT, 'test', 'fixtures', 'mistakes.yaml'), 'utf8').replace(
      '@BODY@',
      'x'.repeat(16 * 1024),
    );
    const mistakes = file('mistakes.yaml', text);
    for (const command of ['check', 'up']) {
      const { code, stderr } = await spillway(command, mistakes);
      expect(code).toBe(1);
      expect(stderr.match(/mistakes\.yaml:\d+:\d+ error SPW\d{4}/g)).toHaveLength(12);
    }
  });

  it('1: nothing is written for a platform that cannot do what the file asks', async () => {
    const { path } = await api();
    const out = join(directory, 'refused');
    const asking = file('asking.yaml', `${readFileSync(path, 'utf8')}tracing: { otlp: "http://127.0.0.1:4318" }\n`);
    const { code, stderr } = await spillway('synth', asking, '--platform', 'haproxy', '--out', out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/asking\.yaml:6:10 error SPW4001 tracing/);
    expect(() => readFileSync(join(out, 'haproxy.cfg'))).toThrow();
  });

  it.each([
    [['nonsense']],
    [['check']],
    [['synth', EXAMPLE, '--platform', 'apache', '--out', 'x']],
    [['check', EXAMPLE, '--nonsense']],
    [['up', EXAMPLE, '--transport', 'carrier-pigeon']],
  ])('2: wrong usage: %j', async (args) => {
    const { code, stderr } = await spillway(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });

  it('3: the file cannot be read, in one line and without a stack trace', async () => {
    expect(await spillway('check', join(directory, 'none.yaml'))).toMatchObject({
      code: 3,
      stderr: `error ${join(directory, 'none.yaml')}: there is no such file or directory\n`,
    });
  });

  it('3: the port is in use, in one line that names it', async () => {
    const { port, server } = await serve((_, response) => response.end());
    const taken = file(
      'taken.yaml',
      `version: 1\nname: shop\nlisteners: { web: { address: 127.0.0.1, port: ${port} } }\npools: {}\nroutes: {}\n`,
    );
    const { code, stderr } = await spillway('up', taken);
    server.close();
    expect(code).toBe(3);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(String(port))]);
  });

  it('--verbose adds where the error comes from', async () => {
    const { stderr } = await spillway('--verbose', 'check', join(directory, 'none.yaml'));
    expect(stderr).toMatch(/\n {4}at /);
  });
});

describe('--transport', () => {
  // Says who looks for what the raw transport is made of.
  const spy = () =>
    file(
      'spy.cjs',
      `const { binding } = process; process.binding = (name) => { if (name === 'tcp_wrap') console.error('raw in ' + (process.argv.includes('worker') ? 'a worker' : 'the first')); return binding.call(process, name); };`,
    );
  const start = (program: string[], path: string, ...args: string[]) => {
    const env = { ...process.env, SPILLWAY_TRANSPORT: '', NODE_OPTIONS: `--require ${spy()}` };
    return startUntil(process.execPath, [...program, path, ...args], /serves web at/, { env });
  };

  it.each([
    ['spillway up', [CLI, 'up']],
    ['spillway.js run', [join(ROOT, 'lib', 'runtime', 'spillway.js'), 'run']],
  ])('of %s is what workers use', async (_, program) => {
    const { path, url } = await api();
    const raw = await start(program, path, '--workers', '2', '--transport', 'raw');
    expect(raw.output().match(/raw in a worker/g)).toHaveLength(2);
    expect(await fetchText(url)).toBe('hello');
    await end(raw);
    const net = await start(program, path, '--workers', '2', '--transport', 'net');
    expect(net.output()).not.toContain('raw in');
    expect(await fetchText(url)).toBe('hello');
    await end(net);
  });

  it('is what one process alone uses', async () => {
    const { path } = await api();
    const net = await start([CLI, 'up'], path, '--workers', '1', '--transport', 'net');
    expect(net.output()).not.toContain('raw in');
    await end(net);
  });

  it('that does not work here is said in one line, and nothing is served', async () => {
    const { path } = await api();
    const without = file('without.cjs', 'process.binding = () => { throw new Error("none"); };');
    for (const workers of ['1', '2']) {
      const { code, stderr } = await run(
        process.execPath,
        [CLI, 'up', path, '--workers', workers, '--transport', 'raw'],
        { env: { ...process.env, NODE_OPTIONS: `--require ${without}` } },
      );
      expect(code).toBe(3);
      expect(stderr).toBe('error the raw transport does not work with this Node.js\n');
    }
  });

  it('of spillway.js is told how it is written where it is wrong', async () => {
    const { code, stderr } = await run(process.execPath, [
      join(ROOT, 'lib', 'runtime', 'spillway.js'),
      'run',
      EXAMPLE,
      '--transport',
      'carrier-pigeon',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^usage: .*--transport raw\|net/);
  });
});

describe('help', () => {
  it('says what each command does, and the exit codes', async () => {
    const { code, stdout } = await spillway('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/up .*<file>[\s\S]*check [\s\S]*synth [\s\S]*Exit codes:/);
  });

  it('has no colour where there is no terminal', async () => {
    const { stderr } = await spillway('check', file('empty.yaml', '{}'));
    expect(stderr).not.toContain('\u001b');
  });
});

describe('check --json', () => {
  it('prints the problems as data', async () => {
    const { stdout } = await spillway('check', file('empty.json', '{}'), '--json');
    expect(JSON.parse(stdout)[0]).toMatchObject({ code: 'SPW2002', place: { line: 1, column: 1 } });
  });
});

describe('synth', () => {
  it.each([
    ['haproxy', 'haproxy.cfg'],
    ['nginx', 'nginx.conf'],
    ['runtime', 'quickstart.json'],
  ])('writes for %s the same bytes each time', async (platform, name) => {
    const read = async (out: string) => {
      expect(await spillway('synth', EXAMPLE, '--platform', platform, '--out', join(directory, out))).toMatchObject({
        code: 0,
      });
      return readFileSync(join(directory, out, name), 'utf8');
    };
    expect(await read(`${platform}-1`)).toBe(await read(`${platform}-2`));
  });
});

describe('up', () => {
  it.each(['1', '2'])(
    'by %s: serves, loads the file again on SIGHUP, keeps the old one where the new is wrong, and drains on SIGTERM',
    async (workers) => {
      const { path, url, write } = await api();
      const child = await startUntil(process.execPath, [CLI, 'up', path, '--workers', workers], /serves web at/);
      expect(await fetchText(url)).toBe('hello');

      write('changed');
      child.kill('SIGHUP');
      await until(async () => ((await fetchText(url)) === 'changed' ? true : undefined), 'the changed answer');

      writeFileSync(path, 'nonsense');
      child.kill('SIGHUP');
      await until(() => (/not reloaded/.test(child.output()) ? true : undefined), 'the refusal');
      rmSync(path);
      child.kill('SIGHUP');
      await until(() => (/not reloaded.*ENOENT/.test(child.output()) ? true : undefined), 'that the file is gone');
      expect(await fetchText(url)).toBe('changed');

      expect(await end(child)).toBe(0);
      expect(await fetchText(url)).toBeUndefined();
    },
  );
});
