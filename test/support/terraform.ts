import { join } from 'node:path';
import { peer } from './peers';
import { type Result, run } from './processes';

export const terraformPeer = peer('terraform');

/** Runs terraform, or OpenTofu, on what a program has synthesized; nothing is asked from the network. */
export class Terraform {
  private readonly directory: string;

  constructor(outdir: string, stack: string) {
    this.directory = join(outdir, 'stacks', stack);
  }

  async init(): Promise<void> {
    const { code, stdout, stderr } = await this.run('init', '-input=false');
    if (code !== 0) throw new Error(stdout + stderr);
  }

  run(command: string, ...args: string[]): Promise<Result> {
    const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
    return run(terraformPeer.path as string, [`-chdir=${this.directory}`, command, '-no-color', ...args], {
      env,
      timeout: 120_000,
    });
  }

  apply(): Promise<Result> {
    return this.run('apply', '-input=false', '-auto-approve');
  }

  destroy(): Promise<Result> {
    return this.run('destroy', '-input=false', '-auto-approve');
  }
}
