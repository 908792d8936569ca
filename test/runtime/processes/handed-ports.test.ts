import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HandedPorts } from '../../../src/runtime/processes/handed-ports';
import { BoundPort, chooseTransport, type Socket } from '../../../src/runtime/transport';
import { Peer } from '../support/peer';
import { TRANSPORTS } from '../support/serve';

const QUIET = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onBroken() {} };

function accept(socket: Socket): void {
  socket.owner = QUIET;
  socket.write(Buffer.from('hello'));
  socket.close();
}

function canBeTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    server.once('error', () => resolve(false));
  });
}

describe.each(TRANSPORTS)('ports that were handed over, with %s', (name) => {
  async function handed() {
    const ports = new HandedPorts(await chooseTransport(name));
    const { port, handle } = BoundPort.bind('127.0.0.1', 0);
    ports.take('127.0.0.1:80', port, handle);
    return { ports, port };
  }

  it('are listened on once all is ready, and not before', async () => {
    const { ports, port } = await handed();
    const acceptor = await ports.open('127.0.0.1', 80, accept);
    onTestFinished(() => acceptor.close());
    const refused = await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    await ports.listen();
    expect(await (await Peer.to(`http://127.0.0.1:${port}`)).all()).toBe('hello');
  });

  it('are let go when they are closed, listened on or not', async () => {
    const [early, late] = [await handed(), await handed()];
    const acceptors = [await early.ports.open('127.0.0.1', 80, accept), await late.ports.open('127.0.0.1', 80, accept)];
    await late.ports.listen();
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    await early.ports.listen();
    expect(await canBeTaken(early.port)).toBe(true);
    expect(await canBeTaken(late.port)).toBe(true);
  });

  it('are let go when nothing opens them', async () => {
    const { ports, port } = await handed();
    ports.discard();
    expect(await canBeTaken(port)).toBe(true);
    await expect(ports.open('127.0.0.1', 80, accept)).rejects.toThrow('was not handed');
  });
});
