import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiDescription } from '../../src/model';
import { runWrk } from '../clients/wrk';
import type { Stage } from '../environment/stage';
import { serveFile } from '../proxies/spillway';
import { startOn } from '../proxies/start';
import { type Contestant, type Outcome, type RoundOptions, runRounds } from '../rounds';

/** Numbers of routes that are compared. */
export const ROUTE_COUNTS: readonly number[] = [1, 100, 10_000];

/** Paths that the client asks for, spread over all routes. */
const PATHS = 1_000;

/** CPU time of spillway for each number of routes, measured like different proxies. */
export async function measureRoutes(
  stage: Stage,
  counts: readonly number[],
  options: RoundOptions,
): Promise<Record<string, Outcome>> {
  const contestants: Contestant[] = [];
  const scripts = new Map<number, string>();
  for (const count of counts) {
    try {
      const running = await startOn(stage, (home, port) => serveFile(home, routed(count, port, stage.upstream.port)));
      const script = join(stage.directory, `routes-${count}.lua`);
      writeFileSync(script, clientScript(count));
      scripts.set(running.port, script);
      contestants.push({ name: String(count), running });
    } catch (error) {
      contestants.push({ name: String(count), running: { unavailable: (error as Error).message } });
    }
  }
  const outcomes = await runRounds(
    contestants,
    (processes, port, seconds) =>
      runWrk(processes, {
        url: `http://127.0.0.1:${port}/`,
        connections: 64,
        seconds,
        script: scripts.get(port),
      }),
    options,
  );
  for (const { running } of contestants) if ('server' in running) await running.server.end();
  return Object.fromEntries(outcomes);
}

/** A description with as many routes: exact paths and prefixes in turn. */
export function routed(count: number, port: number, target: number): ApiDescription {
  return {
    version: 1,
    name: 'routes',
    listeners: { web: { address: '127.0.0.1', port } },
    pools: { web: { targets: [{ address: `127.0.0.1:${target}` }] } },
    routes: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `r${i}`,
        { path: isPrefix(i) ? `/area${i}/*` : `/page${i}`, pool: 'web' },
      ]),
    ),
  };
}

/** The first is a prefix, so that one route alone can serve different paths. */
const isPrefix = (i: number) => i % 2 === 0;

/** Asks for paths of routes that lie evenly between the first and the last, in one order for every number of routes. */
function clientScript(count: number): string {
  const paths = Array.from({ length: PATHS }, (_, i) => {
    const route = Math.floor((i * count) / PATHS);
    return isPrefix(route) ? `/area${route}/item${i}` : `/page${route}`;
  });
  return `
local requests = {}
local at = 0
init = function()
  for _, path in ipairs({${paths.map((path) => `"${path}"`).join(',')}}) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
`;
}
