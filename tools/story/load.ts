import { Agent, request } from 'node:http';

/** What became of one request. Times are milliseconds of one monotonic clock. */
export interface Sample {
  readonly startedAt: number;
  readonly endedAt: number;
  /** `web1`, `web2`, `fallback`; `undefined` where the request failed. */
  readonly answeredBy: string | undefined;
  readonly failure?: string;
}

/** What each request is. */
export interface Asking {
  readonly url: string;
  readonly requestsPerSecond: number;
  /** Left out: GET. */
  readonly method?: string;
  readonly body?: Buffer;
  /** Who answered, by the status and the body; `undefined` for a failure. Left out: as the quickstart answers. */
  readonly judge?: (status: number, body: string, retryAfter: string | undefined) => string | undefined;
}

const REQUEST_LIMIT = 10_000;

/** A client that asks at a steady rate, whether or not earlier requests are answered, as many clients together do. */
export class SteadyLoad {
  private readonly samples: Sample[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  /** Requests that were sent so far. */
  sent = 0;
  private open = 0;

  constructor(private readonly asking: Asking) {
    this.timer = setInterval(() => this.sendDue(), 2);
  }

  /** The requests that were started since a time, once each of them has ended. */
  async since(time: number): Promise<readonly Sample[]> {
    const until = performance.now();
    while (this.open > 0 && performance.now() - until < REQUEST_LIMIT && this.oldestOpen() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.samples.filter(({ startedAt }) => startedAt >= time && startedAt < until);
  }

  stop(): void {
    clearInterval(this.timer);
    this.agent.destroy();
  }

  private readonly starts = new Set<number>();

  private oldestOpen(): number {
    return Math.min(...this.starts);
  }

  private sendDue(): void {
    const due = Math.floor(((performance.now() - this.startedAt) / 1000) * this.asking.requestsPerSecond);
    for (; this.sent < due; this.sent++) this.send();
  }

  private send(): void {
    const { url, method = 'GET', body: sent, judge = whoAnswered } = this.asking;
    // Requests of the same tick get distinct times, which tell them apart.
    const startedAt = performance.now();
    this.open += 1;
    this.starts.add(startedAt);
    const end = (result: Pick<Sample, 'answeredBy' | 'failure'>) => {
      if (!this.starts.delete(startedAt)) return;
      this.open -= 1;
      this.samples.push({ startedAt, endedAt: performance.now(), ...result });
    };
    const fail = (failure: string) => end({ answeredBy: undefined, failure });
    const asked = request(url, { agent: this.agent, timeout: REQUEST_LIMIT, method }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', (error) => fail(error.message));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const answeredBy = judge(status, body, response.headers['retry-after']);
        if (answeredBy === undefined) fail(`status ${status}: ${body.slice(0, 80)}`);
        else end({ answeredBy });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error) => fail(error.message));
    asked.end(sent);
  }
}

/** Who answered, as the targets of the quickstart and its fallback do. */
export function whoAnswered(_status: number, body: string): string | undefined {
  const server = /^hello (\w+)\n$/.exec(body)?.[1];
  if (server !== undefined) return server;
  return body === '{"message":"Back in a minute."}' ? 'fallback' : undefined;
}
