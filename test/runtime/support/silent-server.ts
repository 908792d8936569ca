import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const PROGRAM = `require('node:net').createServer()
  .listen({ port: Number(process.argv[1]), host: process.argv[2], backlog: 1 }, () => process.send('open'))`;

/** How long a connection is waited for before the port counts as silent. */
const SILENCE_MS = 300;

/** A port that says nothing at all to whoever connects: its process is stopped, and its queue is full. */
export async function openSilentPort(address: string, port: number): Promise<void> {
  const child = spawn(process.execPath, ['-e', PROGRAM, String(port), address], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  });
  await once(child, 'message');
  child.kill('SIGSTOP');
  for (;;) {
    const socket = connect(port, address);
    sockets.push(socket);
    const answers = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise((resolve) => setTimeout(resolve, SILENCE_MS, false)),
    ]);
    if (!answers) return;
  }
}
