/** An API on this machine: the bundled data plane as a supervised background process, and its configuration. */
export { type LocalPlan, type LocalPlanInput, type LocalStep, planLocal } from './plan';
