/** The way of a request to a target and of the response back, with all that can happen in between. */
export { ClientConnection } from './client-connection';
export type { Engine } from './engine';
export type { Entrance } from './entrance';
export { OctetBuffer } from './octet-buffer';
export { RetryBudget } from './retry-budget';
export { ServedRoute } from './served-route';
