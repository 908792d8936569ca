/** Who answers: targets, their tiers, their addresses and the connections to them. */
export type { Choice } from './choice';
export { UpstreamConnection } from './connection';
export type { Beginning, Dialed, DialUser } from './dial';
export { dialTarget } from './dial-target';
export type { Gate, Waiter } from './gate';
export { IdleConnections } from './idle-connections';
export { type MemberChange, type MemberTier, Pool } from './pool';
export { type Sharing, sharingOf } from './sharing';
export { Target } from './target';
export { Tier } from './tier';
export type { Sent } from './traffic';
export { type Cuttable, UnderWay } from './under-way';
export type { Upstream, UpstreamUser } from './upstream';
export { type Wire, wireOf } from './wire';
