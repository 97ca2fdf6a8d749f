/** Words of older versions that HAProxy no longer takes, with what it says of them. */

const instead = (word: string, what: string) =>
  `The '${word}' directive is not supported anymore since HAProxy 2.1. Use ${what} instead.`;
const rewriting = "'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header'";

/** The replacement of each word without and with "i" for "ignore case" ("reqdeny", "reqideny"). */
const request: Readonly<Record<string, string>> = {
  add: "'http-request add-header'",
  allow: "'http-request allow'",
  del: "'http-request del-header'",
  deny: "'http-request deny'",
  rep: rewriting,
  tarpit: "'http-request tarpit'",
};
const response: Readonly<Record<string, string>> = {
  add: "'http-response add-header'",
  del: "'http-response del-header'",
  deny: "'http-response deny'",
  rep: "'http-response replace-header'",
};

const old: Readonly<Record<string, string>> = {
  appsession: "'appsession' is not supported anymore since HAProxy 1.6.",
  block:
    "The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax.",
  cliexp: instead('cliexp', rewriting),
  srvexp: instead('srvexp', "'http-response replace-header'"),
  clitimeout: "the 'clitimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout client'.",
  contimeout: "the 'contimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout connect'.",
  srvtimeout: "the 'srvtimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout server'.",
  grace: "the 'grace' keyword is not supported any more since HAProxy version 2.5.",
  redisp: "keyword 'redisp' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.",
  redispatch: "keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.",
  reqpass: "The 'reqpass' not supported anymore since HAProxy 2.1.",
  reqipass: "The 'reqipass' not supported anymore since HAProxy 2.1.",
};

/** What HAProxy says of a keyword that it has given up; undefined for any other. */
export function tellObsolete(keyword: string, args: readonly string[]): string | undefined {
  if (keyword === 'monitor-net') {
    return `'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src ${args[0] ?? ''} }' instead.`;
  }
  const word = keyword.replace(/^timeout (?=(?:cli|con|srv)timeout$)/, '');
  if (old[word] !== undefined) return old[word];
  if (!word.startsWith('req') && !word.startsWith('rsp')) return undefined;
  const [, side, action = ''] = /^(req|rsp)i?(.*)$/.exec(word) ?? [];
  const what = side === undefined ? undefined : (side === 'req' ? request : response)[action];
  return what === undefined ? undefined : instead(word, what);
}
