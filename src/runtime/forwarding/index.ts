/** Who asks: what proxies in front are believed, and what targets are told. */
export { ForwardedFields, type ForwardingRules } from './forwarded-fields';
export { type ProxiedConnection, readProxyHeader, writeProxyHeader } from './proxy-header';
