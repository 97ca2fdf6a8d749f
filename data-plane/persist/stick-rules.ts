/** Sends clients to the server that served them before, by the entries of stick tables (configuration manual 2.6, "stick on"). */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Mode, SnapshotStickRule } from '../../shared/model/snapshot.ts';
import { compileRuleCondition, type Test } from '../rules/compile-condition.ts';
import { tableNamed } from '../rules/compile-scope.ts';
import { compileTableKey } from '../rules/compile-table-key.ts';
import type { SampleContext } from '../rules/sample-context.ts';
import type { StickEntry } from '../tables/stick-entry.ts';
import type { StickTable } from '../tables/stick-table.ts';

/** A server as far as stick tables know it. */
export interface StickyServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly state: string;
  readonly id: number;
  /** It is never noted. */
  readonly nonStick: boolean;
}

interface CompiledStickRule {
  readonly holds: Test | undefined;
  readonly table: StickTable;
  readonly keyOf: (context: SampleContext) => string | undefined;
  /** Whether it uses the server of the entry, and whether it notes the server in it. */
  readonly matches: boolean;
  readonly stores: boolean;
}

/** The rules of a backend by the moment they are evaluated. */
export interface StickRules {
  readonly request: readonly CompiledStickRule[];
  readonly response: readonly CompiledStickRule[];
}

/** Throws Error on what shared/model would have refused. */
export function compileStickRules(
  rules: readonly SnapshotStickRule[],
  acls: ReadonlyMap<string, Test>,
  mode: Mode,
): StickRules {
  const compile = (rule: SnapshotStickRule): CompiledStickRule => {
    const direction = rule.type === 'store-response' ? 'response' : 'request';
    const place = mode === 'http' ? (`http-${direction}` as const) : direction === 'response' ? 'tcp-response' : 'tcp';
    const table = tableNamed(rule.table);
    return {
      holds: compileRuleCondition(rule, acls),
      table,
      keyOf: compileTableKey(table, parseSample(rule.pattern, place)),
      matches: rule.type === 'on' || rule.type === 'match',
      stores: rule.type !== 'match',
    };
  };
  return {
    request: rules.filter(({ type }) => type !== 'store-response').map(compile),
    response: rules.filter(({ type }) => type === 'store-response').map(compile),
  };
}

/** Whether a server is used because a rule or an entry names it; one that is drained is. */
export function mayStick({ state }: { readonly state: string }, persist: boolean): boolean {
  return persist || state === 'up' || state === 'drain';
}

/** HAProxy keeps so many keys of one request and its response. */
const mostStores = 8;

/** What one exchange or stream notes of its server: keys by their tables, until the server has answered. */
export class Stickiness {
  readonly #tables: StickTable[] = [];
  readonly #keys: string[] = [];

  /**
   * Evaluates the rules for a request: the server of the first entry that names one that may be used; `persist` tells whether
   * that may be down.
   */
  match<Server extends StickyServer>(
    { request }: StickRules,
    context: SampleContext,
    servers: readonly Server[],
    persist: boolean,
  ): Server | undefined {
    this.clear();
    let found: Server | undefined;
    for (const { holds, table, keyOf, matches, stores } of request) {
      // One key for each table: the next rules are for those who have none.
      if (stores && this.#tables.includes(table)) continue;
      if (holds !== undefined && !holds(context)) continue;
      const key = keyOf(context);
      if (key === undefined) continue;
      const entry = matches ? table.find(key) : undefined;
      if (entry !== undefined) {
        if (found === undefined) {
          const server = serverOf(entry, servers);
          if (server !== undefined && mayStick(server, persist)) found = server;
        }
        table.touch(entry);
      }
      if (stores) this.#keep(table, key);
    }
    return found;
  }

  #keep(table: StickTable, key: string): void {
    if (this.#tables.length >= mostStores) return;
    this.#tables.push(table);
    this.#keys.push(key);
  }

  /** The server has answered: evaluates the rules for its response, and notes it in all entries. */
  store({ response }: StickRules, context: SampleContext, server: StickyServer): void {
    const first = this.#tables.length;
    for (const { holds, table, keyOf } of response) {
      if (this.#tables.includes(table, first)) continue;
      if (holds !== undefined && !holds(context)) continue;
      const key = keyOf(context);
      if (key !== undefined) this.#keep(table, key);
    }
    if (!server.nonStick) {
      for (const [index, table] of this.#tables.entries()) note(table, this.#keys[index] as string, server);
    }
    this.clear();
  }

  /** Nothing is to be noted any more. */
  clear(): void {
    this.#tables.length = 0;
    this.#keys.length = 0;
  }
}

function note(table: StickTable, key: string, server: StickyServer): void {
  const entry = table.obtain(key);
  if (entry === undefined) return;
  const known = keyOfServer(table, server);
  const { serverId } = table.layout;
  if (entry.serverKey === known && serverId !== undefined && entry.values[serverId.slot] === server.id) {
    table.touch(entry);
  } else table.setServer(entry, server.id, known);
}

function keyOfServer({ definition }: StickTable, { name, address, port }: StickyServer): string {
  return definition.srvkey === 'name' ? name : `${address}:${port}`;
}

/** By what it is known by, else by its number. */
function serverOf<Server extends StickyServer>(entry: StickEntry, servers: readonly Server[]): Server | undefined {
  const { table, serverKey } = entry;
  if (serverKey !== '') {
    for (const server of servers) if (keyOfServer(table, server) === serverKey) return server;
  }
  const { serverId } = table.layout;
  const id = serverId === undefined ? 0 : entry.values[serverId.slot];
  return id === 0 ? undefined : servers.find((server) => server.id === id);
}
