import { formatDuration } from '../duration';
import { problem } from '../problem';
import { FAULT_LEASE } from '../route';
import { isLoose, type Loose, type Rule, section } from './loose';

/** A staged failure ends after it begins, and says when. */
export const faults: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    const list = Array.isArray(node.faults) ? node.faults : [];
    return list.flatMap((fault, index) => {
      if (!isLoose(fault)) return [];
      const at = [...path, 'faults', index];
      if (fault.until === undefined && fault.percent !== 0) {
        const fix = `Add "until"; it ends ${formatDuration(FAULT_LEASE)} after it began.`;
        return [problem({ code: 'SPW5003', path: at, fix })];
      }
      return endsFirst(fault)
        ? [
            problem({
              code: 'SPW3008',
              path: [...at, 'until'],
              found: fault.until,
              allowed: `later than ${fault.from}`,
            }),
          ]
        : [];
    });
  });

function endsFirst({ from, until }: Loose): boolean {
  return typeof from === 'string' && typeof until === 'string' && Date.parse(until) <= Date.parse(from);
}
