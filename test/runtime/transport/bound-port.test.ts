import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { BoundPort, canBindPorts } from '../../../src/runtime/transport';

it('works with this Node.js', () => expect(canBindPorts()).toBe(true));

it.each(['127.0.0.1', '::1'])('holds a port of %s, which it tells, and takes no connection itself', async (address) => {
  const bound = BoundPort.bind(address, 0);
  onTestFinished(() => bound.close());
  expect(bound.port).toBeGreaterThan(0);
  const refused = await new Promise((resolve) => connect(bound.port, address).once('error', resolve));
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
});

it('says at once that a port is in use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  expect(() => BoundPort.bind('127.0.0.1', port)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
});

it('says that this machine does not have an address', () => {
  expect(() => BoundPort.bind('192.0.2.1', 0)).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
});

it('lets go of its port', async () => {
  const bound = BoundPort.bind('127.0.0.1', 0);
  bound.close();
  const again = createServer().listen(bound.port, '127.0.0.1');
  await new Promise((resolve) => again.once('listening', resolve));
  again.close();
});
