/** Texts that a regular expression cannot do without, read off its pattern without understanding all of it. */

export interface Literal {
  readonly text: string;
  /** Whether it stands at the beginning of what matches. */
  readonly atStart: boolean;
}

/** Flags change what letters mean, and these escapes what follows them. */
const unclear = /\(\?[^:]|\\[0-9QxpPC]/;

/** Each of them stands in every text that the pattern matches; none where nothing can be said. Case is that of the pattern. */
export function requiredLiterals(pattern: string): Literal[] {
  if (unclear.test(pattern)) return [];
  const literals: Literal[] = [];
  let text = '';
  let atStart = pattern.startsWith('^');
  const end = (kept = text) => {
    if (kept !== '') literals.push({ text: kept, atStart });
    text = '';
    atStart = false;
  };
  for (let at = atStart ? 1 : 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    switch (character) {
      case '|':
        // Of alternatives none is required.
        return [];
      case '(':
      case '[':
        end();
        at = behindGroup(pattern, at) - 1;
        break;
      case '\\':
        at++;
        if (/[^0-9A-Za-z]/.test(pattern[at] ?? '')) text += pattern[at];
        else end();
        break;
      case '?':
      case '*':
      case '{':
        // The character before need not be there.
        end(text.slice(0, -1));
        if (character === '{') at = Math.max(at, pattern.indexOf('}', at));
        break;
      case '^':
      case '$':
      case '.':
      case ')':
      case ']':
      case '}':
      case '+':
        end();
        break;
      default:
        text += character;
    }
  }
  end();
  return literals;
}

/** Where a group or class that begins here is over. */
function behindGroup(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '[') at = behindClass(pattern, at) - 1;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    if (depth === 0) return at + 1;
  }
  return pattern.length;
}

function behindClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  // A bracket that comes first stands for itself.
  if (pattern[at] === ']') at++;
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
    else if (pattern[at] === ']') return at + 1;
  }
  return pattern.length;
}
