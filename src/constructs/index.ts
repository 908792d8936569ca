/** What a program is written with: an API, its pools, its routes. Needs the `constructs` package alone. */
export * from './condition';
export * from './duration';
export * from './fallback-response';
export * from './fallback-route';
export * from './platform';
export * from './route';
export * from './scalable-api';
export * from './size';
export * from './target-pool';
export * from './targets';
export * from './words.generated';
