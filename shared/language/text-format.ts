/** Log variables that may stand in texts of rules too, by the sample that each stands for there. */
import type { LogFormat } from './log-format.ts';
import { parseLogFormat } from './log-format.ts';
import type { LogVariableName } from './log-variables.ts';
import type { Place } from './sample-types.ts';
import { LanguageError } from './tokenize.ts';

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
  si: 'bc_dst',
  sp: 'bc_dst_port',
  sslc: 'ssl_fc_cipher',
  sslv: 'ssl_fc_protocol',
};

/** Log variables that may stand there as well, though no sample is the same. */
export const contextVariables: readonly LogVariableName[] = [
  'CC',
  'CS',
  'HM',
  'HP',
  'HPO',
  'HQ',
  'HU',
  'HV',
  'ID',
  'ST',
  'hr',
  'hrl',
  'hs',
  'hsl',
  'ms',
  'pid',
  'r',
  'rt',
  's',
];

/** Why a log variable cannot stand in the text of a rule; undefined when it can. */
export function findTextProblem(name: LogVariableName): string | undefined {
  return textVariables[name] === undefined && !contextVariables.includes(name)
    ? `"%${name}" is known only in the log`
    : undefined;
}

/**
 * Reads the text of a rule, or with `mergesSpaces` one in which runs of spaces are one separator, as in the log. Throws
 * LanguageError with the column of what is wrong.
 */
export function parseText(text: string, place: Place, mergesSpaces = false): LogFormat {
  const parts = parseLogFormat(text, place, !mergesSpaces);
  for (const part of parts) {
    const problem = part.kind === 'variable' ? findTextProblem(part.name) : undefined;
    if (problem !== undefined && part.kind === 'variable') throw new LanguageError(part.column, problem);
  }
  return parts;
}
