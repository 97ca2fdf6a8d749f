/** Reads texts of rules, where log variables stand for what is known by then. */
import type { LogFormat } from './log-format.ts';
import { parseLogFormat } from './log-format.ts';
import type { LogVariableName } from './log-variables.ts';
import { type Place, placeNames } from './sample-types.ts';
import { LanguageError } from './tokenize.ts';

/** Log variables that stand for a sample in texts. */
export const textVariables: Readonly<Partial<Record<LogVariableName, string>>> = {
  H: 'hostname',
  T: 'date,utime(%d/%b/%Y:%H:%M:%S +0000)',
  Tl: 'date,ltime(%d/%b/%Y:%H:%M:%S %z)',
  Ts: 'date',
  b: 'be_name',
  bi: 'bc_src',
  bp: 'bc_src_port',
  ci: 'src',
  cp: 'src_port',
  f: 'fe_name',
  fc: 'fe_conn',
  fi: 'dst',
  fp: 'dst_port',
  ft: 'fe_name',
};

/** Those that are known where there is no client and no connection. */
const ofNode: readonly LogVariableName[] = ['H', 'T', 'Tl', 'Ts', 'ms', 'pid', 't'];

const withoutClient: readonly Place[] = ['check', 'configuration', 'command'];

/** Why a log variable cannot stand in the text of a rule; undefined when it can. */
export function findTextProblem(name: LogVariableName, place: Place): string | undefined {
  if (!withoutClient.includes(place) || ofNode.includes(name) || (place === 'check' && name === 'b')) return undefined;
  return `"%${name}" is not known in ${placeNames[place]}`;
}

/**
 * Reads the text of a rule, or with `mergesSpaces` one in which runs of spaces are one separator, as in the log. Throws
 * LanguageError with the column of what is wrong.
 */
export function parseText(text: string, place: Place, mergesSpaces = false): LogFormat {
  const parts = parseLogFormat(text, place, !mergesSpaces);
  for (const part of parts) {
    const problem = part.kind === 'variable' ? findTextProblem(part.name, place) : undefined;
    if (problem !== undefined && part.kind === 'variable') throw new LanguageError(part.column, problem);
  }
  return parts;
}
