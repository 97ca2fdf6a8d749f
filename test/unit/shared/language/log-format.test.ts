/** Log formats as HAProxy writes them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type LogFlags, parseLogFormat } from '../../../../shared/language/log-format.ts';
import { LanguageError } from '../../../../shared/language/tokenize.ts';

const letters = ({ quote, hex, escape: escapes }: LogFlags) =>
  `${quote ? 'Q' : ''}${hex ? 'X' : ''}${escapes ? 'E' : ''}`;

/** The parts as short words: "_" for a separator, texts in quotes, variables with their flags. */
function outline(text: string): string {
  return parseLogFormat(text)
    .map((part) => {
      if (part.kind === 'separator') return '_';
      if (part.kind === 'sample') return `[${part.sample.fetch.name}]${letters(part.flags)}`;
      return part.kind === 'text' ? `'${part.text}'` : `${part.name}${letters(part.flags)}`;
    })
    .join(' ');
}

function problem(text: string): string {
  try {
    parseLogFormat(text);
    return 'none';
  } catch (error) {
    if (error instanceof LanguageError) return `${error.column}: ${error.message}`;
    throw error;
  }
}

suite('log formats', () => {
  test('are texts, variables and separators', () => {
    assert.equal(outline('%ci:%cp [%t]'), "ci ':' cp _ '[' t ']'");
    assert.equal(outline('a  %%b   %HPO/%HP'), "'a' _ '%b' _ HPO '/' HP");
    assert.equal(outline(''), '');
  });

  test('take flags for one variable, or for all that follow', () => {
    assert.equal(outline('%{+Q}r %r'), 'rQ _ r');
    assert.equal(outline('%{+Q,+X}o %{-Q}r%{+E}b%s'), '_ rX bQXE sQX');
    assert.equal(outline('%{}r'), 'r');
  });

  test('take samples, whose arguments may hold brackets', () => {
    assert.equal(outline('%[src]:%{+Q}[str(a]b),lower] %ci'), "[src] ':' [str]Q _ ci");
  });

  test('tell where they cannot be read, and what may be meant', () => {
    assert.equal(problem('%ci %cip'), '5: there is no variable "%cip"; did you mean "%ci"?');
    assert.equal(problem('100%'), '4: the name of a variable is missing after "%"; write "%%" for a "%"');
    assert.equal(problem('%zzzz'), '1: there is no variable "%zzzz"; write "%%" for a "%"');
    assert.equal(problem('%{+Q r'), '2: "{" is not closed');
    assert.equal(problem('%{+Q,Y}r'), '6: "Y" is no flag; known are Q, X and E with "+" or "-" before them');
    assert.equal(problem('%{+Q}%'), '1: the name of a variable is missing after "%{+Q}"');
    assert.match(problem('a %[src'), /^8: "\]" is missing after a sample; the end stands there/);
    assert.match(problem('a %[srcc]'), /^5: unknown fetch "srcc"; did you mean "src"\?/);
  });
});
