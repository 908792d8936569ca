import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Requests of a client a second. */
const PER_SECOND = 20;

/** Clients that do nothing wrong, at a steady rate: what becomes of their requests shows whether they are disturbed. */
export class SteadyClients {
  /** How often each status came, or the code of an error. */
  readonly outcomes = new Map<string, number>();
  private readonly running: Promise<void>[];
  private stopped = false;

  constructor(
    private readonly port: number,
    count: number,
  ) {
    this.running = Array.from({ length: count }, () => this.run());
  }

  /** Resolves once the requests under way have ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.stopped) {
      const outcome = await ask(this.port, agent);
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
      await wait(1_000 / PER_SECOND);
    }
    agent.destroy();
  }
}

function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ port, host: '127.0.0.1', path: '/', agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', () => resolve('broken off'));
    });
    asked.on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    asked.end();
  });
}
