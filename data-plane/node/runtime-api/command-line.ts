/** Splits what a client writes into commands and words (management manual 2.6, section 9.3). */

/** More words than this in one command are left out, as HAProxy does. */
const mostWords = 64;

/** The commands of a line: a semicolon divides them unless a backslash stands before it. */
export function splitCommands(line: string): string[] {
  const commands: string[] = [];
  let start = 0;
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '\\') index++;
    else if (line[index] === ';') {
      commands.push(line.slice(start, index));
      start = index + 1;
    }
  }
  commands.push(line.slice(start));
  return commands;
}

/** The words of a command: blanks divide them unless a backslash stands before; the character behind one is itself. */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let index = 0; index < command.length; index++) {
    const character = command[index];
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '\\') {
      word = (word ?? '') + (command[++index] ?? '');
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words.slice(0, mostWords);
}

/** The line without the `<<` at its end that announces a payload; undefined when there is none. */
export function beforePayload(line: string): string | undefined {
  return line === '<<' || line.endsWith(' <<') ? line.slice(0, -2) : undefined;
}
