/** From model to model: what every destination needs to know, worked out once. */
export { type Answer, fallbackAnswer, fallbackHeaders, type StaticAnswer } from './answer';
export { modelText } from './model-text';
export { listenersOf, type NamedRoute, orderedRoutes } from './order';
export { OWN_ANSWERS, type OwnAnswer, ownBody, STATIC_STATUS } from './own-answers';
export { checkSupport, withSupport } from './support';
export { byPriority, type Member, namedPools, poolsOf, poolTiers, routeTiers, type Tier } from './tiers';
