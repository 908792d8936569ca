import { type Api, joinAddress, reachableAddress, type Text } from '../../model';
import { modelText } from '../../passes';

/** A command of the machine's shell. What differs from API to API reaches it by its environment, never by its text. */
export interface LocalStep {
  readonly environment: Readonly<Record<string, string>>;
  readonly create: string;
  readonly destroy?: string;
}

/**
 * Two resources: the process, which stays, and the configuration, which is replaced when it changes and whose creation
 * makes the process load it.
 */
export interface LocalPlan {
  readonly process: LocalStep;
  readonly configuration: LocalStep;
  /** The name of the environment variable that carries the model, compressed, to the configuration's command. */
  readonly modelVariable: string;
  /** The model as the runtime reads it. */
  readonly model: (api: PlannedApi) => Text;
  /** Where clients reach each listener, by its name. */
  readonly urls: (api: Api) => Readonly<Record<string, string>>;
  /** Brings the process back after a restart of the machine. */
  readonly restore: string;
}

/** An API without errors, and the description that it was read from. */
export interface PlannedApi {
  readonly description: unknown;
  readonly api: Api;
}

/** Where the program and the state of an API on this machine are. */
export interface LocalPlanInput {
  /** The bundled data plane, `spillway.js`. */
  readonly runtime: string;
  /** Where the process keeps its model, its log and a copy of its program. */
  readonly stateDirectory: string;
}

/** Decides what stands for an API on this machine. Both paths may contain what the framework resolves. */
export function planLocal({ runtime, stateDirectory }: LocalPlanInput): LocalPlan {
  const environment = { SPILLWAY_RUNTIME: runtime, SPILLWAY_STATE: stateDirectory };
  return {
    process: {
      environment,
      create: 'node "$SPILLWAY_RUNTIME" local start --state "$SPILLWAY_STATE"',
      // By then the program that started it may be gone: the process keeps a copy beside its state.
      destroy: 'node "$SPILLWAY_STATE/spillway.js" local stop --state "$SPILLWAY_STATE"',
    },
    configuration: { environment, create: 'node "$SPILLWAY_RUNTIME" local apply --state "$SPILLWAY_STATE"' },
    modelVariable: 'SPILLWAY_MODEL',
    model: ({ description }) => modelText(description),
    urls: (api) => listenerUrls(api),
    restore: `node "${stateDirectory}/spillway.js" local start --state "${stateDirectory}"`,
  };
}

function listenerUrls(api: Api): Record<string, string> {
  return Object.fromEntries(
    Object.entries(api.listeners).map(([name, { address, port, protocol }]) => [
      name,
      `${protocol}://${joinAddress(reachableAddress(address), port)}`,
    ]),
  );
}
