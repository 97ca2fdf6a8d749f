/** `errorfile`, `errorloc` and their kin: what is answered in place of error pages. */
import type { ErrorFile, ErrorPage } from '../../model/error-file.ts';
import { errorStatuses, framingFields } from '../../model/vocabulary.ts';
import { toName } from '../cfg-values.ts';
import type { CfgDraft, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';

export function readErrorfile(statement: Statement, cfg: CfgDraft, draft: ProxyDraft): void {
  const page = readPage(statement, cfg);
  if (page !== undefined) setPage(draft, page);
}

/** A line of an `http-errors` section. */
export function readGroupFile(statement: Statement, cfg: CfgDraft, group: string): void {
  const page = readPage(statement, cfg);
  const files = cfg.errorGroups.get(group) ?? new Map<number, string>();
  if (page?.errorfile !== undefined) files.set(page.status, page.errorfile);
  cfg.errorGroups.set(group, files);
}

/** `errorfiles GROUP [STATUS...]`. */
export function readErrorfiles(statement: Statement, cfg: CfgDraft, draft: ProxyDraft): void {
  const [group = '', ...statuses] = statement.args;
  const files = cfg.errorGroups.get(group);
  if (files === undefined) {
    statement.alert(`errorfiles : there is no http-errors section '${group}' above this line.`);
    return;
  }
  for (const [status, errorfile] of files) {
    if (statuses.length === 0 || statuses.includes(String(status))) setPage(draft, { status, errorfile });
  }
}

export function readErrorloc(statement: Statement, draft: ProxyDraft): void {
  const status = readStatus(statement);
  const errorloc = statement.args[1];
  if (status === undefined || errorloc === undefined) return;
  setPage(draft, { status, errorloc, ...(statement.keyword === 'errorloc303' && { code: 303 }) });
}

export function setPage({ settings }: ProxyDraft, page: ErrorPage): void {
  settings.errorPages = [...(settings.errorPages ?? []).filter(({ status }) => status !== page.status), page];
}

function readStatus(statement: Statement): number | undefined {
  const status = Number(statement.args[0]);
  if (errorStatuses.includes(status)) return status;
  statement.alert(`${statement.keyword} : status code '${statement.args[0]}' not handled.`);
  return undefined;
}

function readPage(statement: Statement, cfg: CfgDraft): ErrorPage | undefined {
  const status = readStatus(statement);
  const path = statement.args[1] ?? '';
  if (status === undefined) return undefined;
  try {
    return { status, errorfile: errorFileAt(cfg, path, status) };
  } catch (error) {
    statement.alert(`errorfile : error opening file '${path}': ${(error as Error).message}.`);
    return undefined;
  }
}

/** The name of the error file that is read from a path, to stand for a status. Throws Error with the reason when it cannot be. */
export function errorFileAt(cfg: CfgDraft, path: string, status: number): string {
  for (const [name, file] of cfg.errorFiles) {
    if (file.path !== path) continue;
    const first = cfg.errorFileStatuses.get(name);
    // It says its own status wherever that is another than the one it stands for.
    if (file.silent !== true && first !== undefined && first !== status && file.status === undefined) {
      cfg.errorFiles.set(name, { ...file, status: first });
    }
    return name;
  }
  const file = parseErrorFile(path === '/dev/null' ? '' : cfg.readFile(path), path, status);
  const name = freeName(cfg, path);
  cfg.errorFiles.set(name, { name, ...file });
  cfg.errorFileStatuses.set(name, status);
  return name;
}

/** Named after the file: "/etc/haproxy/errors/503.http" is "503". */
function freeName({ errorFiles }: CfgDraft, path: string): string {
  const base = toName((path.split('/').at(-1) ?? '').replace(/\.[A-Za-z0-9]+$/, ''));
  let name = base;
  for (let number = 2; errorFiles.has(name); number++) name = `${base}-${number}`;
  return name;
}

/** Reads a raw HTTP response: status line, header fields, an empty line and the content; or nothing at all. Throws Error with the reason. */
export function parseErrorFile(text: string, path: string, status: number): Omit<ErrorFile, 'name'> {
  if (text === '') return { path, silent: true };
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const content = text.slice(head.length).replace(/^\r?\n\r?\n/, '');
  const [statusLine = '', ...lines] = head.split(/\r?\n/);
  const match = /^HTTP\/1\.[01] ([2-5][0-9]{2})(?: (.*))?$/.exec(statusLine);
  if (match === null)
    throw new Error(`it does not begin with the status line of a response, but with '${statusLine.slice(0, 60)}'`);
  if (rest.length === 0) throw new Error('no empty line ends its header fields');
  const headers = lines.map((line) => {
    const field = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (field === null) throw new Error(`'${line.slice(0, 60)}' is no header field`);
    return { name: field[1] ?? '', value: field[2] ?? '' };
  });
  const sent = Number(match[1]);
  return {
    path,
    ...(sent !== status && { status: sent }),
    ...(match[2] !== undefined && match[2] !== '' && { reason: match[2] }),
    headers: headers.filter(({ name }) => !framingFields.includes(name.toLowerCase())),
    content,
  };
}
