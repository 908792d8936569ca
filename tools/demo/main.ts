// Tells the reference story on real processes: deploys the quickstart, kills and restarts its web servers under load,
// measures each switch. Ends with exit code 0 only if no request failed.
import { liveThrough, type PhaseResult, referencePhases } from '../story/story';
import { storyTable } from '../story/table';
import { WebServer } from '../story/web-server';
import { type Deployment, fileDeployment, findProgram, terraformDeployment } from './deployment';

const REQUESTS_PER_SECOND = 200;
const PHASE_MS = 5_000;
const URL = 'http://127.0.0.1:9080/get';
const CLEAR_LINE = '\r\u001b[K';
const startedAt = performance.now();

async function main(): Promise<number> {
  const program = process.argv.includes('--file') ? undefined : findProgram(['terraform', 'tofu']);
  const deployment = program ? terraformDeployment(program) : fileDeployment();
  const servers = { web1: new WebServer('web1', 8081), web2: new WebServer('web2', 8082) };
  const end = once(() => cleanUp(deployment, Object.values(servers)));
  process.on('SIGINT', () => end().finally(() => process.exit(130)));
  process.on('SIGTERM', () => end().finally(() => process.exit(143)));
  try {
    await Promise.all([servers.web1.start(), servers.web2.start()]);
    say('web1 and web2 run: two real web servers');
    say(`deploying ${deployment.how}`);
    await deployment.deploy();
    say(`${URL} serves; ${REQUESTS_PER_SECOND} requests a second from now on`);
    const results = await liveThrough({
      asking: { url: URL, requestsPerSecond: REQUESTS_PER_SECOND },
      phases: referencePhases(servers.web1, servers.web2),
      phaseMs: PHASE_MS,
      announce: ({ title }) => say(title),
      progress: ({ title }, sent) => showProgress(`${title} … ${sent} requests`),
      tell: (result) => say(`  ${sentence(result)}`),
    });
    console.log(`\n${storyTable(results)}\n`);
    return verdict(results);
  } finally {
    await end();
    say('cleaned up');
  }
}

function sentence({ requests, failures, expected, switchedAfter }: PhaseResult): string {
  const failed = failures.length === 0 ? 'none failed' : `${failures.length} FAILED, first: ${failures[0]}`;
  const when =
    switchedAfter === undefined
      ? `${expected} never took over`
      : `${expected} answers after ${switchedAfter.toFixed(0)} ms`;
  return `${requests} requests, ${failed}; ${when}`;
}

function verdict(results: readonly PhaseResult[]): number {
  const failed = results.reduce((sum, { failures }) => sum + failures.length, 0);
  const stuck = results.filter(({ switchedAfter }) => switchedAfter === undefined);
  if (failed === 0 && stuck.length === 0) {
    console.log('No request failed.');
    return 0;
  }
  console.log(`${failed} requests failed; ${stuck.length} phases never settled.`);
  return 1;
}

async function cleanUp(deployment: Deployment, servers: readonly WebServer[]): Promise<void> {
  await deployment.destroy();
  await Promise.all(servers.map((server) => server.kill()));
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** A line that the next one takes the place of, where somebody watches. */
function showProgress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${CLEAR_LINE}${stamp()}${text}`);
}

function say(text: string): void {
  console.log(`${process.stdout.isTTY ? CLEAR_LINE : ''}${stamp()}${text}`);
}

function stamp(): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  `;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(3);
  },
);
