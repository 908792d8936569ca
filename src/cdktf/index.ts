/** Spillway in cdktf programs: its platforms, as Terraform resources. */

export * from './hosts-platform';
export * from './local-platform';
