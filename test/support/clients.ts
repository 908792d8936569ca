import { Agent, request } from 'node:http';

/** What became of the requests of many clients. */
export interface Outcomes {
  answered: number;
  /** Answers by their text. */
  readonly texts: Map<string, number>;
  /** Why requests failed: codes of the system, or statuses. */
  readonly failures: string[];
  /** Connections that were opened. */
  connections: number;
}

/** Clients that each keep one connection and ask again as soon as they are answered. */
export class BusyClients {
  readonly outcomes: Outcomes = { answered: 0, texts: new Map(), failures: [], connections: 0 };
  private readonly running: Promise<void>[];
  private stopped = false;

  constructor(
    private readonly url: string,
    count: number,
  ) {
    this.running = Array.from({ length: count }, () => this.run());
  }

  /** Resolves once so many more requests were answered. */
  async more(count: number): Promise<void> {
    const wanted = this.outcomes.answered + count;
    while (this.outcomes.answered < wanted) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Ends, once every request under way has ended. */
  async stop(): Promise<Outcomes> {
    this.stopped = true;
    await Promise.all(this.running);
    return this.outcomes;
  }

  private async run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { outcomes } = this;
    while (!this.stopped) {
      try {
        const text = await this.ask(agent);
        outcomes.texts.set(text, (outcomes.texts.get(text) ?? 0) + 1);
        outcomes.answered += 1;
      } catch (error) {
        outcomes.failures.push((error as NodeJS.ErrnoException).code ?? (error as Error).message);
      }
    }
    agent.destroy();
  }

  private ask(agent: Agent): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(this.url, { agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`)),
        );
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.once('socket', (socket) => {
        if (!asked.reusedSocket) this.outcomes.connections += 1;
        socket.setNoDelay(true);
      });
      asked.end();
    });
  }
}
