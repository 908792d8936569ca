import { isAbsolute, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { IConstruct } from 'constructs';
import { Platform, type ScalableApi } from '../constructs';
import { InvalidDescription, problem } from '../model';
import { type LocalStep, planLocal } from '../plans/local';
import { RUNTIME_SUPPORT, VERSION } from '../platform';
import { Fn, Lazy, TerraformLocal, TerraformOutput, TerraformStack } from './framework';
import { pathInStack, runtimeFile } from './paths';
import { platformScope } from './platform-scope';
import { tell } from './tell';
import { TerraformData } from './terraform-data';
import { TOKENS, terraformText } from './tokens';

/** Options of {@link LocalPlatform}. */
export interface LocalPlatformProps {
  /**
   * Where the process keeps its model, its log and a copy of its program; relative to where the program runs.
   * @default - `.spillway/` and the name of the API
   */
  readonly stateDirectory?: string;
}

/**
 * This machine. A deployment starts the bundled data plane as a background process under a supervisor, loads the
 * model, and waits until it serves; a changed model is loaded without a pause; destroying it stops that process.
 * One process for each API and state directory.
 */
export class LocalPlatform extends Platform {
  /** @internal */
  public readonly _support = RUNTIME_SUPPORT;
  /** @internal */
  public readonly _tokens = TOKENS;
  /** @internal */
  public readonly _choice = { type: 'local', dataPlane: 'runtime' };

  constructor(private readonly props: LocalPlatformProps = {}) {
    super();
  }

  /** @internal */
  public _bindApi(api: ScalableApi): void {
    const stack = TerraformStack.of(api);
    const state = this.props.stateDirectory ?? join('.spillway', api.apiName);
    const plan = planLocal({
      runtime: pathInStack(stack, runtimeFile()),
      stateDirectory: isAbsolute(state) ? state : pathInStack(stack, resolve(state)),
    });

    const scope = platformScope(api);
    const process = new TerraformData(scope, 'Process', {
      input: plan.process.environment,
      triggers_replace: plan.process.environment.SPILLWAY_STATE,
      provisioner: [localExec(plan.process, 'create'), localExec(plan.process, 'destroy')],
    });
    const model = new TerraformLocal(
      scope,
      'Model',
      Lazy.stringValue({ produce: () => carried(terraformText(plan.model(api._model()))) }),
    );
    new TerraformData(
      scope,
      'Configuration',
      {
        triggers_replace: [Fn.sha256(model.asString), VERSION],
        provisioner: [localExec(plan.configuration, 'create', { [plan.modelVariable]: Fn.base64gzip(model.asString) })],
      },
      [process],
    );
    new TerraformOutput(scope, 'Urls', {
      value: Lazy.anyValue({ produce: () => plan.urls(api._model().api) }),
      description: 'Where the API serves.',
    }).overrideLogicalId(`${api.apiName}_urls`);
    new TerraformOutput(scope, 'Restore', {
      value: plan.restore,
      description: 'Starts it again after a restart of this machine.',
    }).overrideLogicalId(`${api.apiName}_restore`);
  }

  /** @internal */
  public _tell(scope: IConstruct, severity: 'warning' | 'note', text: string): void {
    tell(scope, severity, text);
  }
}

/** The kernel's limit on one environment variable (Linux, MAX_ARG_STRLEN), with room for its name. */
const CARRIED_LIMIT = 128 * 1024 - 64;

/** A model that fits, compressed, into the environment variable that carries it: that of some ten thousand targets. */
function carried(model: string): string {
  const length = Math.ceil(gzipSync(model).length / 3) * 4;
  if (length <= CARRIED_LIMIT) return model;
  const allowed = `at most ${CARRIED_LIMIT} bytes, compressed and in base64`;
  const fix = 'Serve it from a file with spillway up, or divide the API.';
  throw new InvalidDescription([problem({ code: 'SPW4002', path: [], found: length, allowed, fix })]);
}

/** A provisioner that runs a command of the plan; one that destroys may refer to nothing but its own resource. */
function localExec(step: LocalStep, when: 'create' | 'destroy', more: Readonly<Record<string, string>> = {}): object {
  const names = Object.keys(step.environment);
  const environment =
    when === 'create' ? step.environment : Object.fromEntries(names.map((name) => [name, `\${self.input.${name}}`]));
  return {
    'local-exec': {
      command: step[when],
      environment: { ...environment, ...more },
      ...(when === 'destroy' ? { when } : {}),
    },
  };
}
