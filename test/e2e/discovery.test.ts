import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { DnsServer } from '../runtime/support/dns-server';
import { BusyClients } from '../support/clients';
import { end, fetchText, serve, until } from '../support/processes';
import { startService } from '../support/service';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-discovery-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Member {
  readonly name: string;
  readonly record: { readonly host: string; readonly port: number };
  readonly server: Server;
}

async function member(name: string): Promise<Member> {
  const { port, server } = await serve((_, response) => setTimeout(() => response.end(name), 2));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { name, record: { host: 'member.test', port }, server };
}

const connectionsOf = ({ server }: Member) =>
  new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));

it('members come and go in every worker without a failed request, and leave nothing behind', async () => {
  const dns = await DnsServer.open();
  const members = await Promise.all(['a', 'b', 'c', 'd'].map(member));
  const [a, b, c, d] = members;
  const publish = (...list: Member[]) =>
    dns.reply(
      'SRV _web._tcp.test',
      list.map(({ record }) => record),
    );
  dns.host('member.test', ['127.0.0.1'], 60);
  publish(a, b);
  const words = {
    pools: {
      web: {
        discover: { dns: '_web._tcp.test', interval: '1s' },
        healthCheck: { interval: '200ms', timeout: '200ms' },
      },
    },
    // A retry would hide an attempt that fails.
    routes: { all: { pool: 'web', retry: { attempts: 1 } } },
  };
  const env = { ...process.env, SPILLWAY_DNS_SERVERS: dns.address };
  const { child, url, adminUrl } = await startService(words, { directory, env });
  const clients = new BusyClients(url, 8);
  const { texts } = clients.outcomes;
  const serves = ({ name }: Member) => until(() => texts.has(name), `${name} serves`);
  const leaves = async (one: Member) => {
    await until(async () => (await connectionsOf(one)) === 0, `${one.name} has left`);
    one.server.close();
  };
  await Promise.all([serves(a), serves(b)]);
  publish(b, c);
  await Promise.all([leaves(a), serves(c)]);
  // All of them at once.
  publish(d);
  await Promise.all([leaves(b), leaves(c), serves(d)]);
  await clients.more(200);
  expect((await clients.stop()).failures).toEqual([]);
  const metrics = await fetchText(`${adminUrl}/metrics`);
  expect(metrics).toContain(`target="member.test:${d.record.port}",outcome="ok"`);
  for (const { record } of [a, b, c]) expect(metrics).not.toContain(`target="member.test:${record.port}"`);
  expect(await end(child)).toBe(0);
});
