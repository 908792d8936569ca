import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Fn, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalPlatform } from '../../src/cdktf';
import { Fallback, FallbackRoute, ScalableApi, TargetPool, Targets } from '../../src/constructs';

interface Synthesized {
  readonly resource: { readonly terraform_data: Record<string, Record<string, unknown>> };
  readonly output: Record<string, { readonly value: unknown }>;
  readonly locals: Record<string, string>;
}

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'spillway-cdktf-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

function stackIn(directory: string): TerraformStack {
  return new TerraformStack(new App({ outdir: directory, skipValidation: true }), 'stack');
}

function quickstart(
  stack: TerraformStack,
  words: { address?: string; message?: string; path?: string } = {},
): ScalableApi {
  const api = new ScalableApi(stack, 'shop', { platform: new LocalPlatform({ stateDirectory: '/var/lib/shop' }) });
  const live = new TargetPool(api, 'live', { targets: Targets.addresses(words.address ?? '127.0.0.1:8081') });
  const fallback = Fallback.json({ message: words.message ?? 'x' });
  new FallbackRoute(api, 'get', { path: words.path ?? '/get', tiers: [live], fallback });
  return api;
}

const synth = (stack: TerraformStack) => JSON.parse(Testing.synth(stack)) as Synthesized;

function resources(stack: TerraformStack) {
  const found = Object.entries(synth(stack).resource.terraform_data);
  const named = (part: string) => found.find(([name]) => name.includes(part))?.[1] as Record<string, unknown>;
  return { process: named('Process'), configuration: named('Configuration') };
}

describe('what stands for an API on this machine', () => {
  it('is a process and a configuration that depends on it', () => {
    const stack = stackIn(outdir);
    quickstart(stack);
    const { process, configuration } = resources(stack);
    expect(process.input).toMatchObject({ SPILLWAY_STATE: '/var/lib/shop' });
    expect(configuration.depends_on).toEqual([expect.stringContaining('Process')]);
  });

  it('is stopped by a command that refers to nothing but its own resource', () => {
    const stack = stackIn(outdir);
    quickstart(stack);
    const [, destroy] = resources(stack).process.provisioner as {
      'local-exec': { when: string; environment: object };
    }[];
    expect(destroy['local-exec']).toMatchObject({
      when: 'destroy',
      environment: { SPILLWAY_STATE: '${self.input.SPILLWAY_STATE}' },
    });
  });

  it('is replaced in its configuration alone when the model changes', () => {
    const [before, after] = ['/get', '/other'].map((path) => {
      const stack = stackIn(outdir);
      quickstart(stack, { path });
      return { ...resources(stack), locals: synth(stack).locals };
    });
    expect(after.process).toEqual(before.process);
    expect(after.locals).not.toEqual(before.locals);
  });

  it('tells where it serves', () => {
    const stack = stackIn(outdir);
    quickstart(stack);
    expect(synth(stack).output.shop_urls.value).toEqual({ web: 'http://127.0.0.1:8080' });
  });

  it('is synthesized twice to the same text', () => {
    const texts = [1, 2].map(() => {
      const stack = stackIn(outdir);
      quickstart(stack);
      return Testing.synth(stack);
    });
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('text on its way through Terraform', () => {
  const model = (stack: TerraformStack) => Object.values(synth(stack).locals)[0];

  it('is no template where the user wrote what looks like one', () => {
    const stack = stackIn(outdir);
    quickstart(stack, { message: '${file("/etc/passwd")} %{ if true } $${kept}' });
    expect(model(stack)).toContain('$${file(\\"/etc/passwd\\")} %%{ if true } $$${kept}');
  });

  it('keeps an address that is known only at deployment, with the port beside it', () => {
    const stack = stackIn(outdir);
    quickstart(stack, { address: `${new TerraformVariable(stack, 'host', { type: 'string' }).stringValue}:8080` });
    expect(model(stack)).toMatch(/"address": "\$\{var\.host\}",\s+"port": 8080/);
  });

  it('is refused where it is known only at deployment and may not be', () => {
    const stack = stackIn(outdir);
    quickstart(stack, { path: Fn.lower('/GET') });
    expect(() => Testing.synth(stack)).toThrow(/SPW2018 stack\/shop\/get path/);
  });
});

it('refuses to synthesize a description with errors, and says them all', () => {
  const stack = stackIn(outdir);
  quickstart(stack, { path: 'nonsense', address: 'a b' });
  expect(() => Testing.synth(stack)).toThrow(
    /SPW2008 stack\/shop\/live targets\[0\]\.address[\s\S]*SPW2009 stack\/shop\/get path/,
  );
});

it('refuses a model that is larger than what can carry it to the process', () => {
  const stack = stackIn(outdir);
  const api = new ScalableApi(stack, 'shop', { platform: new LocalPlatform() });
  // Addresses without a pattern: nothing for a compression to find.
  const address = (seed: number) =>
    `10.${(seed * 7919) % 251}.${(seed * 104_729) % 241}.${(seed * 1_299_709) % 239}:${1 + ((seed * 15_485_863) % 60_000)}`;
  const live = new TargetPool(api, 'live', {
    targets: Targets.addresses(...Array.from({ length: 20_000 }, (_, seed) => address(seed))),
  });
  new FallbackRoute(api, 'all', { tiers: [live], fallback: Fallback.text('x') });
  expect(() => Testing.synth(stack)).toThrow(/SPW4002[\s\S]*allowed: at most 131008 bytes/);
});
