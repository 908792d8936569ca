import type { Route } from '../../model';
import type { Node } from './node';
import { REPEATABLE, type RoutePlan, repeats } from './plan';

const SENT = '$sent_once';
const TRIED = '$tried_once';

/**
 * The variable that holds the status of a request which no further tier may have, and is empty otherwise; `undefined`
 * where every request may be sent again.
 */
export function spentVariable(route: Route): string | undefined {
  if (!repeats(route)) return TRIED;
  return route.retry.nonIdempotent ? undefined : SENT;
}

/** Nginx lists all attempts so far in its variables; only the last one is looked at, each time anew. */
export function spentMaps(plans: readonly RoutePlan[]): Node[] {
  const used = new Set(plans.filter(({ tiers }) => tiers.length > 1).map(({ route }) => spentVariable(route)));
  return [...(used.has(SENT) ? [sentMap()] : []), ...(used.has(TRIED) ? [triedMap()] : [])];
}

/** A connection that was made has a time; the request may have gone out on it. */
function sentMap(): Node {
  const expression = `~^(?!(?:${REPEATABLE.join('|')})\\|)[^|]+\\|[^|]*\\d\\|[^|]*?(\\d+)$`;
  return volatileMap('$request_method|$upstream_connect_time|$upstream_status', SENT, expression);
}

/** An attempt has the address of a target; where there was none to try, the name of the tier stands in its place. */
function triedMap(): Node {
  return volatileMap('$upstream_addr|$upstream_status', TRIED, '~:\\d+\\|[^|]*?(\\d+)$');
}

function volatileMap(source: string, variable: string, expression: string): Node {
  return { block: ['map', source, variable], body: [['volatile'], [expression, '$1']] };
}
