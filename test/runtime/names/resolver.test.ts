import { describe, expect, it } from 'vitest';
import { SystemResolver } from '../../../src/runtime/names';
import { DnsServer, type Reply } from '../support/dns-server';

const NOWHERE = async () => [];
const early = () => {};

async function ask(tell: (dns: DnsServer) => void, host = 'web.test') {
  const dns = await DnsServer.open();
  tell(dns);
  const resolver = new SystemResolver({ servers: [dns.address], local: NOWHERE });
  return { dns, answers: await resolver.addresses(host, early) };
}

it('finds addresses of both families with the least of their TTLs', async () => {
  const { answers } = await ask((dns) => {
    dns.reply('A web.test', [
      { address: '10.0.0.1', ttl: 60 },
      { address: '10.0.0.2', ttl: 20 },
    ]);
    dns.reply('AAAA web.test', [{ address: 'fd00::1', ttl: 0 }]);
  });
  expect(answers).toEqual({
    4: { kind: 'found', values: ['10.0.0.1', '10.0.0.2'], ttlMs: 20_000 },
    6: { kind: 'found', values: ['fd00::1'], ttlMs: 0 },
  });
});

it('tells a family that has no address, and a name that is not known, from a server that fails', async () => {
  const { answers } = await ask((dns) => {
    dns.reply('A web.test', []);
    dns.reply('AAAA web.test', 'failure');
  });
  expect(answers).toEqual({ 4: { kind: 'nothing' }, 6: { kind: 'failed' } });
  const { answers: others } = await ask((dns) => dns.reply('AAAA web.test', 'refused'));
  expect(others).toEqual({ 4: { kind: 'nothing' }, 6: { kind: 'failed' } });
});

it('asks again over TCP where an answer does not fit', async () => {
  const addresses = Array.from({ length: 100 }, (_, i) => `10.0.0.${i + 1}`);
  const { dns, answers } = await ask((server) => {
    server.truncates = true;
    server.host('web.test', addresses);
  });
  expect(answers[4]).toMatchObject({ kind: 'found', values: addresses });
  expect(dns.questions).toContain('tcp A web.test');
});

it('finds the records of a service, and none where there is decidedly no service', async () => {
  const dns = await DnsServer.open();
  dns.reply('SRV _web._tcp.test', [{ host: 'a.test', port: 81, priority: 10, weight: 5 }]);
  dns.reply('SRV _no._tcp.test', [{ host: '.', port: 0 }]);
  const resolver = new SystemResolver({ servers: [dns.address], local: NOWHERE });
  expect(await resolver.services('_web._tcp.test')).toEqual({
    kind: 'found',
    values: [{ host: 'a.test', port: 81, priority: 10, weight: 5 }],
    ttlMs: undefined,
  });
  expect(await resolver.services('_no._tcp.test')).toEqual({ kind: 'nothing' });
});

it('tells what one family has before the other answers', async () => {
  const dns = await DnsServer.open();
  dns.host('web.test', ['10.0.0.1']);
  dns.reply('AAAA web.test', 'silent');
  const resolver = new SystemResolver({ servers: [dns.address], local: NOWHERE });
  let whole: unknown;
  const found = await new Promise((resolve) => {
    whole = resolver.addresses('web.test', (family, addresses) => resolve([family, addresses]));
  });
  expect(found).toEqual([4, ['10.0.0.1']]);
  resolver.close();
  expect(await whole).toMatchObject({ 4: { kind: 'found' }, 6: { kind: 'failed' } });
});

it('believes the hosts file before DNS', async () => {
  const dns = await DnsServer.open();
  dns.host('web.test', ['10.0.0.1']);
  const resolver = new SystemResolver({ servers: [dns.address], local: async () => ['127.0.0.7', '::1'] });
  expect(await resolver.addresses('web.test', early)).toEqual({
    4: { kind: 'found', values: ['127.0.0.7'], ttlMs: undefined },
    6: { kind: 'found', values: ['::1'], ttlMs: undefined },
  });
  expect(dns.questions).toEqual([]);
});

it('knows the names of the machine without a name server', async () => {
  const answers = await new SystemResolver({ servers: ['127.0.0.1:1'] }).addresses('localhost', early);
  expect(answers[4]).toMatchObject({ kind: 'found', values: ['127.0.0.1'] });
});

describe('where DNS knows nothing', () => {
  const asked = async (reply: Reply, system: () => Promise<string[]>) => {
    const dns = await DnsServer.open();
    for (const type of ['A', 'AAAA']) dns.reply(`${type} web.test`, reply);
    return new SystemResolver({ servers: [dns.address], local: NOWHERE, system }).addresses('web.test', early);
  };

  it.each(['unknown', []] as const)('asks the system (%j)', async (reply) => {
    expect(await asked(reply, async () => ['10.0.0.5'])).toEqual({
      4: { kind: 'found', values: ['10.0.0.5'], ttlMs: undefined },
      6: { kind: 'nothing' },
    });
  });

  it('finds nothing where the system does not either', async () => {
    const answers = await asked('unknown', () => Promise.reject(new Error('ENOTFOUND')));
    expect(answers).toEqual({ 4: { kind: 'nothing' }, 6: { kind: 'nothing' } });
  });

  it('leaves the system alone where a server fails', async () => {
    expect(await asked('failure', async () => ['10.0.0.5'])).toEqual({ 4: { kind: 'failed' }, 6: { kind: 'failed' } });
  });

  it('leaves the system alone where name servers were chosen', async () => {
    const { answers } = await ask(() => {}, 'localhost');
    expect(answers).toEqual({ 4: { kind: 'nothing' }, 6: { kind: 'nothing' } });
  });
});

it('asks the system where there is no name server', async () => {
  const closed = await DnsServer.open();
  const { address } = closed;
  await closed.close();
  const resolver = new SystemResolver({ servers: [address], local: NOWHERE, system: async () => ['10.0.0.5'] });
  expect((await resolver.addresses('web.test', early))[4]).toMatchObject({ values: ['10.0.0.5'] });
});
