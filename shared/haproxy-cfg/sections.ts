/** The lines that open sections of proxies and peers: names, the defaults they take, and sections of the same name. */
import type { CfgDraft, PeersDraft, ProxyDraft, ProxyKind } from './proxy-draft.ts';
import { newProxyDraft, wordOf } from './proxy-draft.ts';
import type { CfgLine } from './read-lines.ts';

/** Opens a proxy section; undefined after an alert. */
export function openProxy(cfg: CfgDraft, kind: ProxyKind, line: CfgLine, comment: string): ProxyDraft | undefined {
  const words = line.words.slice(1).map((word) => word.text);
  const from = words.at(-2) === 'from' ? words.at(-1) : undefined;
  const [name, surplus] = from === undefined ? words : words.slice(0, -2);
  if (surplus !== undefined) {
    cfg.report.alert(
      line,
      kind === 'frontend' || kind === 'listen'
        ? "please use the 'bind' keyword for listening addresses."
        : `'${kind}' cannot handle unexpected argument '${surplus}'.`,
    );
    return undefined;
  }
  if (kind !== 'defaults' && !isFree(cfg, kind, line, name)) return undefined;
  const defaults = findDefaults(cfg, kind, line, name ?? '', from);
  if (defaults === 'unknown') return undefined;
  const draft = newProxyDraft(kind, name ?? nameDefaults(cfg), line, defaults, comment);
  if (kind === 'defaults' && defaults !== undefined) inherit(draft, defaults);
  cfg.proxies.push(draft);
  if (kind === 'defaults') cfg.defaults.push(draft);
  else cfg.proxiesByName.set(draft.name, [...(cfg.proxiesByName.get(draft.name) ?? []), draft]);
  return draft;
}

/** Defaults without a name get one, since the config knows them by name. */
function nameDefaults({ defaults }: CfgDraft): string {
  const taken = new Set(defaults.map(({ name }) => name));
  let name = 'defaults';
  for (let number = 2; taken.has(name); number++) name = `defaults-${number}`;
  return name;
}

function isFree(cfg: CfgDraft, kind: ProxyKind, line: CfgLine, name: string | undefined): boolean {
  if (name === undefined) {
    cfg.report.alert(line, `'${kind}' expects an <id> argument`);
    return false;
  }
  const bad = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
  if (bad !== undefined) {
    cfg.report.alert(line, `character '${bad}' is not permitted in '${kind}' name '${name}'.`);
    return false;
  }
  const same = cfg.proxiesByName.get(name)?.find((other) => shareSide(other.kind, kind));
  if (same === undefined) return true;
  cfg.report.alert(
    line,
    `${wordOf({ kind })} '${name}' has the same name as ${wordOf(same)} '${name}' declared at ${same.line.file}:${same.line.line}.`,
  );
  return false;
}

function shareSide(a: ProxyKind, b: ProxyKind): boolean {
  if (a === 'defaults' || b === 'defaults') return false;
  return a === b || a === 'listen' || b === 'listen';
}

/** The defaults named after "from", else the last ones above; a `defaults` section itself takes only named ones. */
function findDefaults(
  cfg: CfgDraft,
  kind: ProxyKind,
  line: CfgLine,
  name: string,
  from: string | undefined,
): ProxyDraft | undefined | 'unknown' {
  if (from === undefined) return kind === 'defaults' ? undefined : cfg.defaults.at(-1);
  const found = cfg.defaults.findLast((defaults) => defaults.name === from);
  if (found !== undefined) return found;
  cfg.report.alert(line, `defaults section '${from}' not found for ${wordOf({ kind })} '${name}'.`);
  return 'unknown';
}

/** Defaults that are built on others say all of what those say. */
function inherit(draft: ProxyDraft, defaults: ProxyDraft): void {
  Object.assign(draft.settings, structuredClone(defaults.settings));
  draft.inspectDelay = defaults.inspectDelay;
  draft.responseInspectDelay = defaults.responseInspectDelay;
}

/** Opens a `peers` section; undefined after an alert. */
export function openPeers(cfg: CfgDraft, line: CfgLine, description: string): PeersDraft | undefined {
  const name = line.words[1]?.text;
  if (name === undefined) {
    cfg.report.alert(line, 'missing name for peers section.');
    return undefined;
  }
  const bad = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
  if (bad !== undefined) {
    cfg.report.alert(line, `character '${bad}' is not permitted in 'peers' name '${name}'.`);
    return undefined;
  }
  const same = cfg.peers.find((peers) => peers.name === name);
  if (same !== undefined) {
    const place = `${same.line.file}:${same.line.line}`;
    cfg.report.alert(line, `peers section '${name}' has the same name as another peers section declared at ${place}.`);
    return undefined;
  }
  const draft: PeersDraft = { name, line, description, tables: [] };
  cfg.peers.push(draft);
  return draft;
}
