/** Describe a scalable, failure-tolerant API once: the constructs, and the framework adapters as lazy namespaces. */
export * as cdktf from './cdktf';
export * from './constructs';
