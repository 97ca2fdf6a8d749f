/** Goes through all expressions of a config or a snapshot, wherever they stand. */
import { parseLogFormat } from '../language/log-format.ts';
import { type AclExpression, type AclFields, parseAcl } from '../language/parse-acl.ts';
import { parseCondition } from '../language/parse-condition.ts';
import { parseSample, type Sample } from '../language/parse-sample.ts';

/** Where an expression stands. */
export interface ExpressionPlace {
  /** The frontend, backend or defaults, such as "/frontends/web", and where in it. */
  readonly resource: string;
  readonly pointer: string;
  /** Path of the innermost resource, such as "/frontends/web/http-request-rules/ban". */
  readonly path: string;
}

export interface ExpressionVisitor {
  /** Whether anything in a text, or in the criterion and flags of an ACL, can matter: what cannot is not parsed. */
  mayMatter(text: string): boolean;
  /** The test of an ACL, or one in the braces of a condition; `flags` is where its files are named. */
  expression(expression: AclExpression, place: ExpressionPlace, flags: ExpressionPlace): void;
  /** A sample in a text, or on its own. */
  sample(sample: Sample, place: ExpressionPlace): void;
  /** A rule with an action. */
  rule(rule: { readonly action: string }, place: ExpressionPlace): void;
  /** The name of an ACL in a condition. */
  aclName?(name: string, place: ExpressionPlace): void;
}

const topLevel = ['defaults', 'frontends', 'backends'] as const;

export type Expressions = { readonly [Field in (typeof topLevel)[number]]?: unknown };

/** Proxy by proxy, the fields of each by name; what cannot be read is left out, since others tell of it. */
export function walkExpressions(document: Expressions, visitor: ExpressionVisitor): void {
  for (const field of topLevel) {
    for (const item of (document[field] ?? []) as { readonly name: string }[]) {
      const resource = `/${field}/${item.name}`;
      walkObject(item, { resource, pointer: '', path: resource }, visitor);
    }
  }
}

/** Long lists and texts in which no expression stands. */
const withoutExpressions = new Set([
  'binds',
  'content',
  'criterion',
  'description',
  'flags',
  'name',
  'servers',
  'string',
  'uid',
  'values',
]);

function walkObject(value: object, place: ExpressionPlace, visitor: ExpressionVisitor): void {
  const { criterion, action } = value as { criterion?: unknown; action?: unknown };
  if (typeof criterion === 'string') readAcl(value as AclFields, place, visitor);
  if (typeof action === 'string') visitor.rule(value as { action: string }, place);
  for (const field of Object.keys(value).sort()) {
    if (withoutExpressions.has(field)) continue;
    const member = (value as Record<string, unknown>)[field];
    if (typeof member !== 'string' && (typeof member !== 'object' || member === null)) continue;
    const inside = { ...place, pointer: `${place.pointer}/${field}` };
    if (typeof member === 'string') readText(field, member, inside, visitor);
    else if (Array.isArray(member)) walkList(field, member, inside, visitor);
    else walkObject(member, inside, visitor);
  }
}

function walkList(field: string, items: readonly unknown[], place: ExpressionPlace, visitor: ExpressionVisitor): void {
  const kebab = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null) continue;
    const { name } = item as { name?: unknown };
    const path = typeof name === 'string' ? `${place.path}/${kebab}/${name}` : place.path;
    walkObject(item, { ...place, pointer: `${place.pointer}/${index}`, path }, visitor);
  }
}

/** With flags or without. */
const hasSample = /%(?:\{[^}]*\})?\[/;
const isSample = /^[a-z][\w.+-]*(?:\(.*\))?,/s;

function readText(field: string, text: string, place: ExpressionPlace, visitor: ExpressionVisitor): void {
  if (field === 'if' || field === 'unless') {
    if (visitor.mayMatter(text)) attempt(() => readCondition(text, place, visitor));
  } else if (hasSample.test(text)) {
    if (!visitor.mayMatter(text)) return;
    attempt(() => {
      for (const part of parseLogFormat(text)) if (part.kind === 'sample') visitor.sample(part.sample, place);
    });
  } else if (isSample.test(text) && visitor.mayMatter(text)) {
    attempt(() => visitor.sample(parseSample(text), place));
  }
}

function readCondition(text: string, place: ExpressionPlace, visitor: ExpressionVisitor): void {
  for (const { test } of parseCondition(text).anyOf.flat()) {
    if ('inline' in test) visitor.expression(test.inline, place, place);
    else visitor.aclName?.(test.acl, place);
  }
}

function readAcl(test: AclFields, place: ExpressionPlace, visitor: ExpressionVisitor): void {
  if (!visitor.mayMatter([test.criterion, ...(test.flags ?? [])].join(' '))) return;
  const at = (field: string) => ({ ...place, pointer: `${place.pointer}/${field}` });
  attempt(() => visitor.expression(parseAcl(test), at('criterion'), at('flags')));
}

function attempt(read: () => void): void {
  try {
    read();
  } catch {
    // It is no expression, or one that is refused elsewhere.
  }
}
