import type { Text } from '../../model';
import { type Line, lines, type Word, word } from '../text';
import { quote } from './quote';

/** A part of the configuration: a directive, a block of them, a comment, or text to pass on as it is. */
export type Node = readonly Word[] | Block | { readonly comment: string } | { readonly raw: string };

/** A block such as `server { … }`. */
export interface Block {
  readonly block: readonly Word[];
  readonly body: readonly Node[];
}

/** The whole file, below a comment. */
export function writeNodes(comment: string, nodes: readonly Node[]): Text {
  return lines([[`# ${comment}`], [], ...writeAll(nodes, '')]);
}

function write(node: Node, indent: string): Line[] {
  if ('comment' in node) return [[`${indent}# ${node.comment}`]];
  if ('raw' in node) return [[`${indent}${node.raw}`]];
  if (!('block' in node)) return [[indent, ...words(node), ';']];
  return [[indent, ...words(node.block), ' {'], ...writeAll(node.body, `${indent}    `), [`${indent}}`]];
}

/** Blocks stand apart from what is above them; an `if` belongs to it. */
function writeAll(nodes: readonly Node[], indent: string): Line[] {
  return nodes.flatMap((node, index) => {
    const apart = index > 0 && 'block' in node && node.block[0] !== 'if';
    return [...(apart ? [[]] : []), ...write(node, indent)];
  });
}

function words(list: readonly Word[]): Line {
  return list.flatMap((item, index) => (index === 0 ? [] : [' ']).concat(word(item, quote) as string[]));
}

/** Lines of the user's own, marked as such. */
export function rawLines(found: readonly string[] | undefined): Node[] {
  if (found === undefined || found.length === 0) return [];
  return [{ comment: 'As described under raw:' }, ...found.map((raw) => ({ raw }))];
}
