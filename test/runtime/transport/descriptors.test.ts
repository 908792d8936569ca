import type { EventEmitter } from 'node:events';
import { fstatSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parseDescriptorLimit, SpareDescriptor, shareDescriptors } from '../../../src/runtime/transport/descriptors';
import { openServer } from '../../../src/runtime/transport/open-server';
import { type TcpHandle, takeConnections } from '../../../src/runtime/transport/raw-binding';

const EMFILE = -24;

it('reads how many descriptors a process may have', () => {
  const text =
    'Limit Soft Limit Hard Limit Units\nMax open files            184                  4096          files\n';
  expect(parseDescriptorLimit(text)).toBe(184);
  expect(parseDescriptorLimit('Max open files            unlimited            unlimited            files')).toBe(
    Number.POSITIVE_INFINITY,
  );
});

it('leaves as many descriptors for requests as there are for clients, and room for one of each in the smallest table', () => {
  expect(shareDescriptors(1064)).toEqual({ clients: 400, idle: 200 });
  expect(shareDescriptors(64)).toEqual({ clients: 2, idle: 1 });
  expect(shareDescriptors(Number.POSITIVE_INFINITY).clients).toBe(Number.POSITIVE_INFINITY);
});

it('gives a descriptor up where a raw connection cannot be accepted, and takes none until it is there again', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const spare = new SpareDescriptor();
  const handle: { onconnection?: (status: number, connection: unknown) => void } = {};
  const accepted: unknown[] = [];
  takeConnections({ _handle: handle } as unknown as Server, spare, (connection) => void accepted.push(connection));
  const connection = () => ({ close: vi.fn() });
  const [first, second, third] = [connection(), connection(), connection()];
  handle.onconnection?.(0, first);
  const { fd } = spare as unknown as { fd: number };
  handle.onconnection?.(EMFILE, undefined);
  handle.onconnection?.(EMFILE, undefined);
  expect(() => fstatSync(fd)).toThrow('EBADF');
  handle.onconnection?.(0, second);
  expect([first.close.mock.calls.length, second.close.mock.calls.length]).toEqual([0, 1]);
  vi.advanceTimersByTime(500);
  handle.onconnection?.(0, third);
  expect(accepted as TcpHandle[]).toEqual([first, third]);
  spare.giveUp();
});

it('outlives a connection that net cannot accept', async () => {
  const spare = new SpareDescriptor();
  const server = createServer();
  const acceptor = await openServer(server, '127.0.0.1', 0, spare, undefined);
  onTestFinished(() => acceptor.close());
  (server as EventEmitter).emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
  expect(spare.kept).toBe(false);
});
