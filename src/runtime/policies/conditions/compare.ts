import { RE2JS } from 're2js';
import { type Comparison, type Literal, numberOf } from '../../../model';
import { AddressRanges } from '../../address-ranges';
import type { Values } from './variables';

/** Whether the values of a variable are as they are asked for. @param field - whether they are lines of a list */
export type Compare = (values: Values, field: boolean) => boolean;

/** A comparison with its value, made ready: what APISIX's `vars` find, in linear time. */
export function comparer({ operator, value }: Comparison): Compare {
  switch (operator) {
    case '==':
      return (values, field) => equals(scalar(values, field), value as Literal);
    case '~=':
      return (values, field) => !equals(scalar(values, field), value as Literal);
    case '>':
      return ordered(value, (left, right) => left > right);
    case '>=':
      return ordered(value, (left, right) => left >= right);
    case '<':
      return ordered(value, (left, right) => left < right);
    case '<=':
      return ordered(value, (left, right) => left <= right);
    case '~~':
      return matching(RE2JS.compile(String(value)));
    case '~*':
      return matching(RE2JS.compile(String(value), RE2JS.CASE_INSENSITIVE));
    case 'in':
      return (values, field) => listOf(value).some((one) => equals(scalar(values, field), one));
    case 'has':
      return (values, field) => elements(values, field).some((one) => equals(one, value as Literal));
    case 'ipmatch': {
      const ranges = new AddressRanges(listOf(value).map(String));
      return (values, field) => ranges.has(scalar(values, field) ?? '');
    }
  }
}

/** A number makes a number of what it is compared with; what is none then equals nothing. */
function equals(left: string | undefined, right: Literal): boolean {
  if (right === null || left === undefined) return right === null && left === undefined;
  return typeof right === 'number' ? numberOf(left) === right : left === right;
}

function ordered(value: Comparison['value'], holds: (left: number, right: number) => boolean): Compare {
  const right = numberOf(String(value)) ?? Number.NaN;
  return (values, field) => {
    const left = numberOf(scalar(values, field) ?? '');
    return left !== undefined && holds(left, right);
  };
}

function matching(expression: RE2JS): Compare {
  return (values, field) => {
    const left = scalar(values, field);
    return left !== undefined && expression.test(left);
  };
}

function listOf(value: Comparison['value']): readonly Literal[] {
  return Array.isArray(value) ? value : [value as Literal];
}

/** The one value: lines of a field joined, and of anything else the first. */
function scalar(values: Values, field: boolean): string | undefined {
  return field && values.length > 1 ? values.join(', ') : values[0];
}

function elements(values: Values, field: boolean): Values {
  return field ? values.flatMap((line) => line.split(',').map((one) => one.trim())) : values;
}
