/** `userlist` sections: users, their passwords and their groups. */
import { parsePasswordHash } from '../../model/password-hash.ts';
import type { User, Userlist } from '../../model/userlist.ts';
import type { CfgReport } from '../cfg-report.ts';
import type { CfgDraft, Origin, UserlistDraft } from '../proxy-draft.ts';
import type { CfgLine } from '../read-lines.ts';
import type { Statement } from '../statement.ts';
import { describe } from './rule-words.ts';

/** The line that opens a section; undefined when its lines are not to be read. */
export function openUserlist(
  { report, userlists }: CfgDraft,
  line: CfgLine,
  comment: string,
): UserlistDraft | undefined {
  const [name, surplus] = line.words.slice(1).map(({ text }) => text);
  const bad = /[^A-Za-z0-9_.:-]/.exec(name ?? '')?.[0];
  if (name === undefined) report.alert(line, "'userlist' expects <name> as arguments.");
  else if (surplus !== undefined) report.alert(line, `'userlist' cannot handle unexpected argument '${surplus}'.`);
  else if (bad !== undefined) {
    report.alert(line, `character '${bad}' is not permitted in 'userlist' name '${name}'.`);
  } else if (userlists.some((list) => list.name === name)) report.warn(line, `ignoring duplicated userlist '${name}'.`);
  else {
    const draft: UserlistDraft = { name, line, description: comment, groups: new Map(), users: [] };
    userlists.push(draft);
    return draft;
  }
  return undefined;
}

export function readUserlistLine(statement: Statement, draft: UserlistDraft): void {
  if (statement.keyword === 'group') readGroup(statement, draft);
  else readUser(statement, draft);
}

/** `group NAME [users NAME,...]`. */
function readGroup(statement: Statement, { name: list, groups }: UserlistDraft): void {
  const [name = '', ...words] = statement.args;
  if (groups.has(name)) {
    statement.warn(`ignoring duplicated group '${name}' in userlist '${list}'.`);
    return;
  }
  const users: string[] = [];
  for (let at = 0; at < words.length; at += 2) {
    if (words[at] !== 'users') {
      statement.alert("'group' only supports 'users' option.");
      return;
    }
    users.push(...names(words[at + 1]));
  }
  groups.set(name, users);
}

/** `user NAME [password HASH | insecure-password TEXT] [groups NAME,...]`. */
function readUser(statement: Statement, { name: list, users }: UserlistDraft): void {
  const [name = '', ...words] = statement.args;
  if (users.some(({ item }) => item.name === name)) {
    statement.warn(`ignoring duplicated user '${name}' in userlist '${list}'.`);
    return;
  }
  const item: User = { name, ...describe(statement) };
  for (let at = 0; at < words.length; at += 2) {
    const word = words[at];
    const value = words[at + 1] ?? '';
    if (word === 'password' || word === 'insecure-password') setPassword(item, word, value);
    else if (word === 'groups') item.groups = names(value);
    else {
      statement.alert("'user' only supports 'password', 'insecure-password' and 'groups' options.");
      return;
    }
  }
  const hash = item.password === undefined ? undefined : parsePasswordHash(item.password);
  if (hash !== undefined && 'problem' in hash) {
    statement.alert(`'user' : the password of '${name}' ${hash.problem}.`);
    return;
  }
  users.push({ item, line: statement.line });
}

/** The last one counts. */
function setPassword(item: User, word: string, value: string): void {
  delete item.password;
  delete item.insecurePassword;
  item[word === 'password' ? 'password' : 'insecurePassword'] = value;
}

const names = (text = '') => text.split(',').filter((name) => name !== '');

/** The userlists with every user in the groups that either line says. */
export function toUserlists({ userlists, report }: CfgDraft): Userlist[] {
  return userlists.map((draft) => {
    const path = `/userlists/${draft.name}`;
    report.place(path, draft.line);
    for (const [index, { line }] of draft.users.entries()) report.place(`${path}/users/${index}`, line);
    checkMembers(draft, report);
    const users = draft.users.map(({ item }) => withGroups(item, draft));
    return {
      name: draft.name,
      ...(draft.description !== '' && { description: draft.description.slice(0, 1_000) }),
      ...(draft.groups.size > 0 && { groups: [...draft.groups.keys()] }),
      ...(users.length > 0 && { users }),
    };
  });
}

function withGroups(user: User, { groups }: UserlistDraft): User {
  const { groups: own = [], ...rest } = user;
  const said = [...groups].filter(([, members]) => members.includes(user.name)).map(([name]) => name);
  const all = new Set([...own, ...said]);
  return all.size === 0 ? rest : { ...rest, groups: [...all] };
}

function checkMembers({ name: list, groups, users }: UserlistDraft, report: CfgReport): void {
  const unknownGroup = ({ item }: Origin<User>) => item.groups?.find((name) => !groups.has(name));
  for (const user of users) {
    const group = unknownGroup(user);
    if (group !== undefined) {
      report.alertWhole(`userlist '${list}': no such group '${group}' specified in user '${user.item.name}'`);
    }
  }
  for (const [group, members] of groups) {
    const unknown = members.find((name) => !users.some(({ item }) => item.name === name));
    if (unknown !== undefined) {
      report.alertWhole(`userlist '${list}': no such user '${unknown}' specified in group '${group}'`);
    }
  }
}
