/** Where names lead: lookups with their TTLs, and what the last of them found. */
export type { Answer, Family, Service } from './answer';
export { nameServers } from './name-servers';
export { Names, type NamesListener, type WantedName } from './names';
export { type AddressAnswers, type Resolver, SystemResolver } from './resolver';
