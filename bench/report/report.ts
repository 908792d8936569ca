import type { Results } from '../results';
import { goals } from './goals';
import { machineSection, notesSection } from './preamble';
import { idleTable, reloadList, routesTable } from './special';
import { costTable, detailTable, ratioTable, unavailableList } from './workloads';

/** The results as Markdown. */
export function report(results: Results): string {
  const names = Object.keys(results.proxies);
  const { workloads } = results;
  const sections: (readonly [title: string, text: string])[] = [
    ['Ratios', ratioTable(workloads, names)],
    ['Goals', goals(workloads)],
    ['CPU time', costTable(workloads, names)],
    ['Memory of an idle connection', idleTable(results.idle, names)],
    ['Routes', routesTable(results.routes)],
    ['Reload', reloadList(results.reload)],
    ['Not measured', unavailableList(results)],
    ['What each does', notesSection(results)],
    ['Details', detailTable(workloads, names)],
  ];
  const body = sections.filter(([, text]) => text !== '').map(([title, text]) => `## ${title}\n\n${text}\n`);
  return `${machineSection(results)}\n${body.join('\n')}`;
}
