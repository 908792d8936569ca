import { pairedRatios, spread } from '../measuring/statistics';
import type { Results } from '../results';
import { figure, NONE, spreadText, table } from './markdown';

/** Kilobytes of resident memory for each connection. */
export function idleTable(idle: Results['idle'], names: readonly string[]): string {
  return table(
    ['KB', ...names],
    idle.map(({ title, outcomes }) => [
      title,
      ...names.map((name) => {
        const outcome = outcomes[name];
        return outcome === undefined || outcome.unavailable !== undefined
          ? NONE
          : figure(outcome.octetsPerConnection / 1024);
      }),
    ]),
  );
}

/** What more routes cost. */
export function routesTable(routes: Results['routes']): string {
  if (routes === undefined) return '';
  const totals = (name: string) => (routes[name].samples ?? []).map(({ total }) => total);
  const counts = Object.keys(routes);
  return table(
    ['routes', 'µs per request', 'times that of one route'],
    counts.map((count) => {
      const own = totals(count);
      if (own.length === 0) return [count, NONE, routes[count].unavailable ?? ''];
      const ratios = pairedRatios(own, totals(counts[0]));
      return [count, spreadText(spread(own)), ratios.length === 0 ? NONE : spreadText(spread(ratios))];
    }),
  );
}

/** What a reload does, as a list. */
export function reloadList(reload: Results['reload']): string {
  if (reload === undefined) return '';
  if ('unavailable' in reload) return `Not measured: ${reload.unavailable}`;
  const { targets, durations, requests, failures, p99Before, p99During, slowestBefore, slowestDuring } = reload;
  const each = durations.map((duration) => `${duration.toFixed(0)} ms`).join(', ');
  const slow = durations.every((duration) => duration < 1_000) ? '✓' : '✗';
  const raised = p99During <= 2 * p99Before ? '✓' : '✗';
  return [
    `- From SIGHUP until the new description of ${targets} targets serves: ${each} (below 1 s: ${slow})`,
    `- 99 % of the requests were faster than ${figure(p99Before)} ms without a reload, and than ${figure(p99During)} ms with one (at most twice: ${raised})`,
    `- The slowest took ${figure(slowestBefore)} ms without, ${figure(slowestDuring)} ms with`,
    `- ${requests} requests, of which ${failures} failed`,
  ].join('\n');
}
