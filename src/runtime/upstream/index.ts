/** Who answers: targets, their tiers, their addresses and the connections to them. */
export { UpstreamConnection } from './connection';
export { IdleConnections } from './idle-connections';
export { Names } from './names';
export { Target } from './target';
export { Tier } from './tier';
export type { Upstream, UpstreamUser } from './upstream';
