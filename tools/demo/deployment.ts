import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkPackage } from '../link-package';

const ROOT = join(__dirname, '..', '..');
const QUICKSTART = join(ROOT, 'examples', 'quickstart');

/** A way to bring the quickstart's API to life, and to end it. */
export interface Deployment {
  readonly how: string;
  deploy(): Promise<void>;
  destroy(): Promise<void>;
}

/** The first program of the list that this machine has. */
export function findProgram(names: readonly string[]): string | undefined {
  return names.find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).status === 0);
}

/** Synthesizes the cdktf program and applies the result with Terraform or OpenTofu. */
export function terraformDeployment(program: string): Deployment {
  const directory = join(QUICKSTART, 'cdktf');
  const stack = join(directory, 'cdktf.out', 'stacks', 'quickstart');
  // The stack needs no provider, and nothing is asked from the network.
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', TF_IN_AUTOMATION: '1' };
  const terraform = (...args: string[]) => execute(program, [`-chdir=${stack}`, ...args], { cwd: directory, env });
  return {
    how: `the cdktf program, with ${program}`,
    async deploy() {
      linkPackage(directory);
      execute(join(ROOT, 'node_modules', '.bin', 'tsx'), ['main.ts'], { cwd: directory, env });
      terraform('init', '-input=false', '-no-color');
      terraform('apply', '-input=false', '-no-color', '-auto-approve');
    },
    async destroy() {
      if (existsSync(stack)) terraform('destroy', '-input=false', '-no-color', '-auto-approve');
      for (const left of [
        'cdktf.out',
        'terraform.quickstart.tfstate',
        'terraform.quickstart.tfstate.backup',
        '.spillway',
      ]) {
        rmSync(join(directory, left), { recursive: true, force: true });
      }
    },
  };
}

/** Runs the same API from a file, in the foreground. */
export function fileDeployment(): Deployment {
  let child: ChildProcess | undefined;
  return {
    how: 'the file, with spillway up (neither terraform nor tofu is on the PATH)',
    async deploy() {
      const file = join(QUICKSTART, 'file', 'api.yaml');
      child = spawn(process.execPath, [join(ROOT, 'lib', 'cli', 'main.js'), 'up', file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`spillway up ended with exit code ${code}`)),
      );
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
      ended.catch(() => {});
    },
    async destroy() {
      if (!child || child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function execute(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${error?.message ?? ''}${stdout}${stderr}`);
}
