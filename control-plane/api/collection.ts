/** What the routes of a list of named resources need to know of it: where it stands in the URL and in the config. */
import type { TSchema } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import {
  type ChildKind,
  childrenOf,
  documentsOf,
  type Fields,
  type Named,
  type TopKind,
} from '../config/resource-kinds.ts';
import type { Context, Params } from './context.ts';

export interface Collection {
  /** URL of the list, such as "/v1/backends/:backend/servers". */
  readonly url: string;
  /** Parameter that names the element, such as "server". */
  readonly param: string;
  /** What an element is called in operation ids, such as "BackendServer". */
  readonly noun: string;
  readonly plural: string;
  readonly tag: string;
  readonly schema: TSchema;
  readonly byPriority: boolean;
  /** Schema of the `status` field; absent where the documents have a field of that name themselves. */
  readonly statusSchema?: TSchema;
  readonly example: Fields;
  /** The list. Throws not-found when its parent is not there. */
  list(config: Config, params: Params): readonly Named[];
  /** The config with another list in its place. */
  withList(config: Config, params: Params, items: readonly Named[]): Config;
  /** Path of an element, such as "/backends/app/servers/s1". */
  path(params: Params, name: string): string;
  /** Where the list stands: the resource that holds it and the pointer inside; undefined at the top. */
  holder(params: Params): { resource: string; pointer: string } | undefined;
  /** Paths of those that refer to an element. */
  referencesTo?(config: Config, name: string): string[];
  status(context: Context, path: string, item: Named): Fields;
}

type Given = Pick<Collection, 'example' | 'status'> & Partial<Pick<Collection, 'statusSchema' | 'referencesTo'>>;

/** The list of top-level resources of one kind. */
export function topCollection(kind: TopKind, given: Given): Collection {
  return {
    url: `/v1/${kind.segment}`,
    param: singular(kind),
    noun: kind.noun,
    plural: kind.noun.endsWith('s') ? kind.noun : `${kind.noun}s`,
    tag: kind.segment,
    schema: kind.schema,
    byPriority: false,
    list: (config) => documentsOf(config, kind),
    withList: (config, _params, items) => ({ ...config, [kind.field]: items }),
    path: (_params, name) => `/${kind.segment}/${name}`,
    holder: () => undefined,
    ...given,
  };
}

/** A list of resources inside a top-level one. */
export function childCollection(top: TopKind, kind: ChildKind, given: Given): Collection {
  const parentParam = singular(top);
  const parentPath = (params: Params) => `/${top.segment}/${params[parentParam]}`;
  return {
    url: `/v1/${top.segment}/:${parentParam}/${kind.segment}`,
    param: kind.noun.endsWith('Rule') ? 'rule' : kind.noun.toLowerCase(),
    noun: `${top.noun}${kind.noun}`,
    plural: `${top.noun}${kind.noun}s`,
    tag: top.segment,
    schema: kind.schema,
    byPriority: kind.byPriority,
    list: (config, params) => childrenOf(parentOf(top, config, params), kind),
    withList: (config, params, items) =>
      withParent(top, config, { ...parentOf(top, config, params), [kind.field]: items }),
    path: (params, name) => `${parentPath(params)}/${kind.segment}/${name}`,
    holder: (params) => ({ resource: parentPath(params), pointer: `/${kind.field}` }),
    ...given,
  };
}

/** What a top-level resource is called in URLs: "frontend", "backend", "defaults", "errorFile". */
export function singular(kind: TopKind): string {
  return `${kind.noun.charAt(0).toLowerCase()}${kind.noun.slice(1)}`;
}

/** The top-level resource that the URL names. Throws not-found. */
export function parentOf(kind: TopKind, config: Config, params: Params): Named {
  const name = params[singular(kind)] ?? '';
  const found = documentsOf(config, kind).find((item) => item.name === name);
  if (found === undefined) throw new SluiceError('not-found', `there is no ${singular(kind)} "${name}"`);
  return found;
}

/** The config with this document in place of the one of the same name. */
export function withParent(kind: TopKind, config: Config, document: Named): Config {
  const items = documentsOf(config, kind).map((item) => (item.name === document.name ? document : item));
  return { ...config, [kind.field]: items };
}
