import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

const PATH =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';

/** The addresses that a file in the format of `/etc/hosts` gives to a name; none where the file cannot be read. */
export async function hostsFileAddresses(host: string, path = PATH): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return addressesIn(text, host);
}

function addressesIn(text: string, host: string): string[] {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const found = text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [address] : [];
  });
  return [...new Set(found)];
}
