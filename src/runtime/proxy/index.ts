/** The way of a request to a target and of the response back, with all that can happen in between. */
export { acceptConnection } from './accept';
export { Clients } from './clients';
export type { Engine } from './engine';
export type { Entrance } from './entrance';
export { RetryBudget } from './retry-budget';
export { ServedRoute } from './served-route';
export { SpareExchanges } from './spare-exchanges';
export { turnAway } from './turn-away';
