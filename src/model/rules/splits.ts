import { type Path, type Problem, problem } from '../problem';
import { isLoose, type Loose, type Rule, section, strings } from './loose';

/** Arms have names of their own, by which cookies and metrics know them, tiers of their own, and a weight between them. */
export const splits: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    if (!isLoose(node.split) || !Array.isArray(node.split.arms)) return [];
    const arms = node.split.arms.filter(isLoose);
    const at = [...path, 'split', 'arms'];
    const none = arms.length > 0 && arms.every(({ weight }) => weight === 0);
    return [...(none ? [problem({ code: 'SPW3011', path: at })] : []), ...repeated(arms, at)];
  });

function repeated(arms: readonly Loose[], at: Path): Problem[] {
  const names = arms.map(({ name }) => name);
  return arms.flatMap(({ name, tiers }, index) => [
    ...(names.indexOf(name) === index || typeof name !== 'string'
      ? []
      : [
          problem({
            code: 'SPW3008',
            path: [...at, index, 'name'],
            found: name,
            allowed: 'a name that no other arm has',
          }),
        ]),
    ...strings(tiers).flatMap((tier, place, all) =>
      all.indexOf(tier) === place
        ? []
        : [problem({ code: 'SPW3009', path: [...at, index, 'tiers', place], found: tier })],
    ),
  ]);
}
