/** Writes the tree of a regular expression in JavaScript's language, for texts that have one character for each byte. */
import type { ByteSet, RegexNode } from './regex-tree.ts';

export function writeRegex(node: RegexNode): string {
  switch (node.kind) {
    case 'byte':
      return writeSet(node.set);
    case 'start':
      return '^';
    case 'end':
      return '$';
    case 'sequence':
      return node.nodes.map(writeRegex).join('');
    case 'choice':
      return node.nodes.map(writeRegex).join('|');
    case 'group':
      return `(${node.captures ? '' : '?:'}${writeRegex(node.node)})`;
    case 'repeat':
      return writeRegex(node.node) + writeCounts(node.min, node.max) + (node.lazy ? '?' : '');
  }
}

function writeCounts(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return `{${min},${max}}`;
}

function writeSet(set: ByteSet): string {
  const ranges: string[] = [];
  let isOne = true;
  for (let low = set.indexOf(1); low >= 0; ) {
    const end = set.indexOf(0, low);
    const high = (end < 0 ? 256 : end) - 1;
    if (high > low || ranges.length > 0) isOne = false;
    ranges.push(high === low ? writeByte(low) : `${writeByte(low)}-${writeByte(high)}`);
    low = set.indexOf(1, high + 1);
  }
  return isOne && ranges.length === 1 ? (ranges[0] as string) : `[${ranges.join('')}]`;
}

function writeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[0-9A-Za-z]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
