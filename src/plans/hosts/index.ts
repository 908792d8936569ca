/** An API on the user's own servers: which files each host gets, and how they are checked, installed and loaded. */
export { HOSTS_SUPPORT, type HostFile, type HostsPlan, planHosts } from './plan';
