/** Reads JSON bodies; what does not parse is refused with line and column. */
import { SluiceError } from '../../shared/errors.ts';
import type { App } from './context.ts';

export const mergePatchType = 'application/merge-patch+json';

/** Accepts JSON and nothing else. An empty body counts as none. */
export function readJsonBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', mergePatchType], { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Parses JSON; throws SluiceError malformed-json that tells where it went wrong. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { line, column } = positionAt(text, findSyntaxError(text));
    throw new SluiceError('malformed-json', `line ${line}, column ${column}: no valid JSON from here on`);
  }
}

/** Line and column, both from 1, of an offset in a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const space = /[ \t\n\r]*/y;
const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Offset of the first character that cannot stand where it does (RFC 8259). JSON.parse knows it too but tells it only
 * for some errors. Walks with a stack of its own, so that deep nesting is no danger.
 */
export function findSyntaxError(text: string): number {
  const stack: ('{' | '[')[] = [];
  let at = 0;
  let expect: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'afterValue' = 'value';
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    const found = expression.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (true) {
    take(space);
    const character = text[at] ?? '';
    const open = stack.at(-1);
    if (expect === 'afterValue') {
      if (open === undefined) return at;
      if (character === ',') expect = open === '{' ? 'key' : 'value';
      else if (character === (open === '{' ? '}' : ']')) stack.pop();
      else return at;
      at++;
    } else if ((expect === 'keyOrEnd' && character === '}') || (expect === 'valueOrEnd' && character === ']')) {
      stack.pop();
      at++;
      expect = 'afterValue';
    } else if (expect === 'key' || expect === 'keyOrEnd') {
      if (character !== '"' || take(scalar) === undefined) return at;
      take(space);
      if (text[at] !== ':') return at;
      at++;
      expect = 'value';
    } else if (character === '{' || character === '[') {
      stack.push(character);
      at++;
      expect = character === '{' ? 'keyOrEnd' : 'valueOrEnd';
    } else if (take(scalar) === undefined) return at;
    else expect = 'afterValue';
  }
}
