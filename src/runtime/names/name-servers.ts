import { isIP } from 'node:net';

/**
 * Name servers to ask in place of the system's. They belong to the machine and not to the API, so the environment names
 * them, and no word of a description does.
 * @param servers - each `address` or `address:port`; left out: what SPILLWAY_DNS_SERVERS lists
 * @returns `undefined` where there is none
 * @throws Error for what is no address of a name server
 */
export function nameServers(servers = listed(process.env.SPILLWAY_DNS_SERVERS)): readonly string[] | undefined {
  for (const server of servers) {
    // Checked here because Node.js ends the process for a port of 0.
    if (!isNameServer(server)) {
      throw new Error(`${server} is no name server: an IP address, with or without a port, is needed`);
    }
  }
  return servers.length === 0 ? undefined : servers;
}

function listed(text = ''): readonly string[] {
  return text.split(/[\s,]+/).filter((server) => server !== '');
}

function isNameServer(server: string): boolean {
  if (isIP(server) !== 0) return true;
  const [, v6, v4, port] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(server) ?? [];
  return isIP(v6 ?? v4 ?? '') === (v6 === undefined ? 4 : 6) && Number(port) >= 1 && Number(port) <= 65_535;
}
