/** The configuration of HAProxy 2.6 or newer that does what a description says. */
export { emitHaproxy, type HaproxyOptions } from './emit';
export { HAPROXY_SUPPORT } from './support';
