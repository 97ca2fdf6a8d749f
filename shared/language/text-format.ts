/** Reads texts of rules, where log variables stand for what is known by then. */
import type { LogFormat } from './log-format.ts';
import { parseLogFormat } from './log-format.ts';
import type { LogVariableName } from './log-variables.ts';
import type { Place } from './sample-types.ts';

/** Log variables that stand for a sample in texts. */
export const textVariables: Readonly<Partial<Record<LogVariableName, string>>> = {
  H: 'hostname',
  T: 'date,utime(%d/%b/%Y:%H:%M:%S +0000)',
  Tl: 'date,ltime(%d/%b/%Y:%H:%M:%S %z)',
  Ts: 'date',
  b: 'be_name',
  ci: 'src',
  cp: 'src_port',
  f: 'fe_name',
  fc: 'fe_conn',
  fi: 'dst',
  fp: 'dst_port',
  ft: 'fe_name',
};

/**
 * Reads the text of a rule, or with `mergesSpaces` one in which runs of spaces are one separator, as in the log. Throws
 * LanguageError with the column of what is wrong.
 */
export function parseText(text: string, place: Place, mergesSpaces = false): LogFormat {
  return parseLogFormat(text, place, !mergesSpaces);
}
