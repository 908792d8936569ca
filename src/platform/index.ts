/** The contract with every destination: features, support and artifacts. */
export type { Artifact } from './artifact';
export { FEATURES, type Feature, type FeatureUse, featureUses } from './feature';
export { RUNTIME_SUPPORT } from './runtime-support';
export * from './support';
export type { TokenReader } from './tokens';
export { VERSION } from './version.generated';
