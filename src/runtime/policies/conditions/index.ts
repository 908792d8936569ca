/** Conditions on responses and their requests, as in Apache APISIX's `vars`. */
export { Conditions, type Kept } from './conditions';
