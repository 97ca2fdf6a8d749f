/** Compiles the actions that change header fields, variables and the level of the log, for requests and responses alike. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import { expandReferences, RegularExpression } from '../../shared/language/regular-expression.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { CommonEditRule, SocketRule } from '../../shared/model/edit-rules.ts';
import { compileSample, textOf } from './compile-sample.ts';
import { compileText } from './compile-text.ts';
import { compileVariableRule } from './compile-variables.ts';
import type { EditableHead } from './editable-head.ts';
import type { Act, Outcome } from './evaluate-rules.ts';
import { NewField } from './new-field.ts';

type HeadAct = Act<EditableHead>;

/** Throws Error on what shared/model would have refused. */
export function compileEdit(rule: CommonEditRule | SocketRule, place: Place): HeadAct {
  switch (rule.action) {
    case 'set-header': {
      const text = compileText(rule.value, place);
      const field = new NewField(rule.header);
      return (head, context) => done(head.setHeader(field.with(text(context))));
    }
    case 'add-header': {
      const text = compileText(rule.value, place);
      const field = new NewField(rule.header);
      return (head, context) => done(head.addHeader(field.with(text(context))));
    }
    case 'del-header':
      return compileDelHeader(rule.header, rule.match ?? 'str');
    case 'replace-header':
    case 'replace-value':
      return compileReplace(rule, place);
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var': {
      const change = compileVariableRule(rule, place);
      return (_head, context) => {
        change(context);
        return 'next';
      };
    }
    case 'capture': {
      const { slot } = rule;
      const sample = parseSample(rule.expression, place);
      const { get } = compileSample(sample);
      const show = textOf(sample);
      const isRequest = place === 'http-request';
      return (_head, context) => {
        const { captures } = context;
        const value = captures === undefined ? undefined : get(context);
        if (value === undefined) return 'next';
        if (isRequest) captures?.keepRequest(slot, show(value));
        else captures?.keepResponse(slot, show(value));
        return 'next';
      };
    }
    case 'strict-mode': {
      const outcome = rule.strict ? 'strict' : 'lenient';
      return () => outcome;
    }
    case 'set-log-level':
      return (_head, { transaction }) => {
        transaction.setLogLevel(rule.level);
        return 'next';
      };
    case 'set-nice':
    case 'set-mark':
    case 'set-tos':
      return () => 'next';
  }
}

/** What an edit that may fail comes to. */
export function done(success: boolean): Outcome {
  return success ? 'next' : 'failed';
}

function compileDelHeader(pattern: string, match: 'str' | 'beg' | 'end' | 'sub' | 'reg'): HeadAct {
  const lowerCase = pattern.toLowerCase();
  if (match === 'str') {
    return (head) => {
      head.removeHeader(lowerCase);
      return 'next';
    };
  }
  const test = compileNameTest(pattern, match);
  return (head) => {
    head.removeHeaders(test);
    return 'next';
  };
}

/** Names are lower case when they are compared, as they are in HAProxy: an expression with capitals matches none. */
function compileNameTest(pattern: string, match: 'beg' | 'end' | 'sub' | 'reg'): (name: string) => boolean {
  const lowerCase = pattern.toLowerCase();
  switch (match) {
    case 'beg':
      return (name) => name.startsWith(lowerCase);
    case 'end':
      return (name) => name.endsWith(lowerCase);
    case 'sub':
      return (name) => name.includes(lowerCase);
    case 'reg': {
      const expression = new RegularExpression(pattern, false);
      return (name) => expression.test(name);
    }
  }
}

function compileReplace(
  rule: Extract<CommonEditRule, { action: 'replace-header' | 'replace-value' }>,
  place: Place,
): HeadAct {
  const expression = new RegularExpression(rule.regex, false);
  const text = compileText(rule.value, place);
  const name = rule.header.toLowerCase();
  const whole = rule.action === 'replace-header';
  return (head, context) => {
    const { fields } = head;
    for (let field = fields.find(name, 0); field >= 0; field = fields.find(name, field + 1)) {
      const value = fields.value(field);
      const replaced = whole
        ? replaceWhole(value, expression, () => text(context))
        : replaceElements(value, expression, () => text(context));
      if (replaced === undefined || (replaced !== value && !head.replaceHeader(field, replaced))) return 'failed';
    }
    return 'next';
  };
}

/** The whole value gives way to the replacement when any part of it matches; undefined where that is none. */
export function replaceWhole(
  value: string,
  expression: RegularExpression,
  replacement: () => string,
): string | undefined {
  const match = expression.match(value);
  return match === undefined ? value : expandReferences(replacement(), match);
}

/** Elements are taken without the white space around them, and those that match stand without. */
function replaceElements(value: string, expression: RegularExpression, replacement: () => string): string | undefined {
  let list = '';
  for (let start = 0; start <= value.length; ) {
    const end = endOfElement(value, start);
    const element = value.slice(start, end);
    const match = expression.match(element.trim());
    const replaced = match === undefined ? element : expandReferences(replacement(), match);
    if (replaced === undefined) return undefined;
    list += replaced;
    if (end < value.length) list += ',';
    start = end + 1;
  }
  return list;
}

/** Commas inside quoted strings separate nothing (RFC 9110 section 5.6.4). */
function endOfElement(value: string, start: number): number {
  let quoted = false;
  for (let at = start; at < value.length; at++) {
    const character = value[at];
    if (character === '\\' && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) return at;
  }
  return value.length;
}
