import { readWhen, type WhenCondition } from '../../../model';
import type { PolicyRequest, PolicyResponse } from '../policy-request';
import { comparer } from './compare';
import { type RequestVariable, type Values, variableOf } from './variables';

/** What was kept of a request: the values of the variables that conditions name, in the order in which they were met. */
export type Kept = readonly Values[];

type Test = (kept: Kept, response: PolicyResponse) => boolean;

/** The conditions of a route's responses. What they name of requests is kept until then, and nothing else. */
export class Conditions {
  /** The places of request variables in what is kept, by their names. */
  private readonly places = new Map<string, number>();
  private readonly wanted: RequestVariable[] = [];
  private readonly tests: readonly Test[];

  /** @param list - each as the model has accepted it */
  constructor(list: readonly (readonly unknown[])[]) {
    this.tests = list.map((when) => this.compile(readWhen(when)));
  }

  /** Whether anything of requests is to be kept. */
  get needsRequest(): boolean {
    return this.wanted.length > 0;
  }

  keep(request: PolicyRequest): Kept {
    return this.wanted.map((variable) => variable.read(request));
  }

  /** The place in the list of the first condition that holds; -1 where none does. */
  first(kept: Kept, response: PolicyResponse): number {
    return this.tests.findIndex((test) => test(kept, response));
  }

  private compile(condition: WhenCondition): Test {
    if (condition.kind === 'comparison') {
      const { variable: name, negated } = condition;
      const compare = comparer(condition);
      const variable = variableOf(name);
      if (variable.of === 'response')
        return (_, response) => compare(variable.read(response), variable.field) !== negated;
      const place = this.placeOf(name, variable);
      return (kept) => compare(kept[place] ?? [], variable.field) !== negated;
    }
    const { kind, negated } = condition;
    const parts = condition.parts.map((part) => this.compile(part));
    return kind === 'all'
      ? (kept, response) => parts.every((part) => part(kept, response)) !== negated
      : (kept, response) => parts.some((part) => part(kept, response)) !== negated;
  }

  private placeOf(name: string, variable: RequestVariable): number {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    this.places.set(name, this.wanted.length);
    return this.wanted.push(variable) - 1;
  }
}
