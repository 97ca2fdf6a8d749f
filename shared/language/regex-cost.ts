/**
 * What it costs at most to run a regular expression by backtracking, as V8 does. A pattern may be run so when its time is
 * linear in the text whatever the text is.
 */
import type { ByteSet, RegexNode } from './regex-tree.ts';

/** Steps are at most `steps`, and `each` more for every byte of the text. */
interface Cost {
  readonly steps: number;
  readonly each: number;
}

/** What can be said of a part of a pattern together with all that follows it. */
interface Rest {
  /** Bytes with which a match may go on; that of the end of the text is number 256. */
  readonly first: Uint8Array;
  /** Whether it matches whatever comes. */
  readonly sure: boolean;
  /** Of one attempt at a place, however it ends. */
  readonly attempt: Cost;
  /** Of an attempt that fails, at a place behind the start of the text. */
  readonly failure: Cost;
  /** Steps until it fails at a byte that is not among the first ones. */
  readonly refusal: number;
  readonly hasStart: boolean;
}

const free: Cost = { steps: 0, each: 0 };
const matched: Rest = {
  first: new Uint8Array(257).fill(1),
  sure: true,
  attempt: free,
  failure: free,
  refusal: 0,
  hasStart: false,
};

/** Steps for each byte that are taken for cheap: about a millisecond for the largest head of a message. */
const mostEach = 64;
const mostSteps = 4_096;

/** Whether a search anywhere in a text takes time linear in its length, with a small factor. */
export function isLinear(node: RegexNode): boolean {
  const rest = costOf(node, matched);
  if (rest === undefined) return false;
  const { attempt, failure } = rest;
  // The search is tried at each byte until it succeeds.
  return failure.each === 0 && failure.steps + attempt.each <= mostEach && attempt.steps <= mostSteps;
}

/** Undefined where it may be more than linear. */
function costOf(node: RegexNode, rest: Rest): Rest | undefined {
  switch (node.kind) {
    case 'byte':
      return one(node.set, rest);
    case 'start':
      return { ...rest, sure: false, attempt: plus(rest.attempt, 1), failure: { steps: 1, each: 0 }, hasStart: true };
    case 'end':
      return {
        ...rest,
        first: endOnly,
        sure: false,
        attempt: plus(rest.attempt, 1),
        failure: plus(rest.failure, 1),
        refusal: 1,
      };
    case 'sequence':
      return node.nodes.reduceRight<Rest | undefined>(
        (behind, each) => (behind === undefined ? undefined : costOf(each, behind)),
        rest,
      );
    case 'group':
      return costOf(node.node, rest);
    case 'choice':
      return choose(
        node.nodes.map((each) => costOf(each, rest)),
        rest,
      );
    case 'repeat':
      return repeat(node, rest);
  }
}

const endOnly = new Uint8Array(257).fill(1, 256);

function one(set: ByteSet, rest: Rest): Rest {
  const first = new Uint8Array(257);
  first.set(set);
  return {
    first,
    sure: false,
    attempt: plus(rest.attempt, 1),
    failure: plus(rest.failure, 1),
    refusal: 1,
    hasStart: rest.hasStart,
  };
}

function choose(options: readonly (Rest | undefined)[], rest: Rest): Rest | undefined {
  const known = options.filter((option) => option !== undefined);
  if (known.length < options.length) return undefined;
  const first = new Uint8Array(257);
  let exclusive = true;
  for (const option of known) {
    for (let byte = 0; byte < 257; byte++) {
      if (option.first[byte] === 0) continue;
      if (first[byte] === 1) exclusive = false;
      first[byte] = 1;
    }
  }
  const sure = known.some((option) => option.sure);
  // Where no byte suits two options, all but one are refused at once.
  const refusal = known.reduce((sum, option) => sum + option.refusal + 1, 0);
  const together = (costs: readonly Cost[]) => (exclusive ? plus(largest(costs), refusal) : sum(costs));
  return {
    first,
    sure,
    attempt: together(known.map(({ attempt }) => attempt)),
    failure: sure ? free : together(known.map(({ failure }) => failure)),
    refusal,
    hasStart: rest.hasStart || known.some((option) => option.hasStart),
  };
}

function repeat(node: Extract<RegexNode, { kind: 'repeat' }>, rest: Rest): Rest | undefined {
  const { node: inner, min, max } = node;
  if (inner.kind !== 'byte') {
    const taken = costOf(inner, rest);
    return min === 1 ? taken : choose([taken, rest], rest);
  }
  const optional = max === min ? rest : max === Infinity ? many(inner.set, rest) : few(inner.set, max - min, rest);
  let whole = optional;
  for (let count = 0; count < min && whole !== undefined; count++) whole = one(inner.set, whole);
  return whole;
}

/** A byte any number of times: each number may be tried before what follows. */
function many(set: ByteSet, rest: Rest): Rest | undefined {
  const { attempt, failure, refusal } = rest;
  const base = { first: union(set, rest.first), refusal: refusal + 1, hasStart: rest.hasStart };
  if (rest.sure)
    return { ...base, sure: true, attempt: { steps: attempt.steps + 1, each: attempt.each + 1 }, failure: free };
  if (rest.hasStart) return undefined;
  if (!overlaps(set, rest.first)) {
    // What follows can stand in one place only: elsewhere it is refused at its first byte.
    const more = { steps: refusal + 1, each: refusal + 1 };
    return { ...base, sure: false, attempt: sum([attempt, more]), failure: sum([failure, more]) };
  }
  if (failure.each > 0) return undefined;
  const tries = { steps: failure.steps + 1, each: failure.steps + 1 };
  return { ...base, sure: false, attempt: sum([attempt, tries]), failure: tries };
}

/** A byte up to `count` times. */
function few(set: ByteSet, count: number, rest: Rest): Rest {
  const { attempt, failure, refusal } = rest;
  const base = { first: union(set, rest.first), refusal: refusal + 1, hasStart: rest.hasStart };
  if (rest.sure) return { ...base, sure: true, attempt: plus(attempt, count), failure: free };
  if (!overlaps(set, rest.first)) {
    const more = count * (refusal + 1);
    return { ...base, sure: false, attempt: plus(attempt, more), failure: plus(failure, more) };
  }
  const tries = { steps: (count + 1) * (failure.steps + 1), each: (count + 1) * failure.each };
  return { ...base, sure: false, attempt: sum([attempt, tries]), failure: tries };
}

function plus({ steps, each }: Cost, more: number): Cost {
  return { steps: steps + more, each };
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce((one, other) => ({ steps: one.steps + other.steps, each: one.each + other.each }), free);
}

function largest(costs: readonly Cost[]): Cost {
  return {
    steps: Math.max(...costs.map(({ steps }) => steps)),
    each: Math.max(...costs.map(({ each }) => each)),
  };
}

function union(set: ByteSet, first: Uint8Array): Uint8Array {
  const all = first.slice();
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) all[byte] = 1;
  return all;
}

function overlaps(set: ByteSet, first: Uint8Array): boolean {
  return set.some((flag, byte) => flag === 1 && first[byte] === 1);
}
