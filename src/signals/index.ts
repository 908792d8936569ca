/** Names, labels and buckets of every metric, log field and event. */
export * from './metrics';
