/** The kinds of resource a config is made of and how they nest; the API, the plan and the store all read this one list. */
import type { TSchema } from 'typebox';
import { aclSchema } from '../../shared/model/acl.ts';
import { backendSchema } from '../../shared/model/backend.ts';
import { bindSchema } from '../../shared/model/bind.ts';
import type { Config } from '../../shared/model/config.ts';
import { defaultsSchema } from '../../shared/model/defaults.ts';
import { errorFileSchema } from '../../shared/model/error-file.ts';
import { frontendSchema } from '../../shared/model/frontend.ts';
import { healthCheckSchema } from '../../shared/model/health-check.ts';
import {
  backendSwitchingRuleSchema,
  httpAfterResponseRuleSchema,
  httpRequestRuleSchema,
  httpResponseRuleSchema,
  serverSwitchingRuleSchema,
} from '../../shared/model/rules.ts';
import { serverSchema } from '../../shared/model/server.ts';
import { stickRuleSchema } from '../../shared/model/stick-rules.ts';
import { peersSchema } from '../../shared/model/stick-table.ts';
import { tcpRequestRuleSchema } from '../../shared/model/tcp-request-rule.ts';
import { tcpResponseRuleSchema } from '../../shared/model/tcp-response-rule.ts';
import { userlistSchema, userSchema } from '../../shared/model/userlist.ts';

/** Any resource, seen as its fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Any resource with a name. */
export type Named = Fields & { readonly name: string };

/** A list of named resources inside another one, such as the servers of a backend. */
export interface ChildKind {
  /** Its part of the URL, such as "http-request-rules". */
  readonly segment: string;
  /** The field of the parent document that holds the list, such as "httpRequestRules". */
  readonly field: string;
  /** What one of them is called in messages and operation ids, such as "HttpRequestRule". */
  readonly noun: string;
  readonly schema: TSchema;
  /** Rules stand in the order of their priority; other lists stand as written. */
  readonly byPriority: boolean;
}

/** A single resource inside a parent, such as the health check of a backend. */
export interface PartKind {
  readonly segment: string;
  readonly field: string;
  readonly noun: string;
  readonly schema: TSchema;
}

export interface TopKind {
  /** Its part of the URL, such as "error-files". */
  readonly segment: string;
  readonly field: Exclude<keyof Config, 'global'>;
  readonly noun: string;
  readonly schema: TSchema;
  readonly children: readonly ChildKind[];
  readonly parts: readonly PartKind[];
}

const child = (segment: string, field: string, noun: string, schema: TSchema, byPriority = false): ChildKind => ({
  segment,
  field,
  noun,
  schema,
  byPriority,
});

const acls = child('acls', 'acls', 'Acl', aclSchema);
const tcpRequestRules = child('tcp-request-rules', 'tcpRequestRules', 'TcpRequestRule', tcpRequestRuleSchema, true);
const tcpResponseRules = child(
  'tcp-response-rules',
  'tcpResponseRules',
  'TcpResponseRule',
  tcpResponseRuleSchema,
  true,
);
const responseRules = [
  child('http-response-rules', 'httpResponseRules', 'HttpResponseRule', httpResponseRuleSchema, true),
  child(
    'http-after-response-rules',
    'httpAfterResponseRules',
    'HttpAfterResponseRule',
    httpAfterResponseRuleSchema,
    true,
  ),
];
const httpRequestRules = child(
  'http-request-rules',
  'httpRequestRules',
  'HttpRequestRule',
  httpRequestRuleSchema,
  true,
);

export const errorFileKind: TopKind = {
  segment: 'error-files',
  field: 'errorFiles',
  noun: 'ErrorFile',
  schema: errorFileSchema,
  children: [],
  parts: [],
};

export const peersKind: TopKind = {
  segment: 'peers',
  field: 'peers',
  noun: 'Peers',
  schema: peersSchema,
  children: [],
  parts: [],
};

export const userlistKind: TopKind = {
  segment: 'userlists',
  field: 'userlists',
  noun: 'Userlist',
  schema: userlistSchema,
  children: [child('users', 'users', 'User', userSchema)],
  parts: [],
};

export const defaultsKind: TopKind = {
  segment: 'defaults',
  field: 'defaults',
  noun: 'Defaults',
  schema: defaultsSchema,
  children: [acls, tcpRequestRules, tcpResponseRules, httpRequestRules, ...responseRules],
  parts: [],
};

export const frontendKind: TopKind = {
  segment: 'frontends',
  field: 'frontends',
  noun: 'Frontend',
  schema: frontendSchema,
  children: [
    child('binds', 'binds', 'Bind', bindSchema),
    acls,
    tcpRequestRules,
    httpRequestRules,
    ...responseRules,
    child('backend-switching-rules', 'backendSwitchingRules', 'BackendSwitchingRule', backendSwitchingRuleSchema, true),
  ],
  parts: [],
};

export const backendKind: TopKind = {
  segment: 'backends',
  field: 'backends',
  noun: 'Backend',
  schema: backendSchema,
  children: [
    child('servers', 'servers', 'Server', serverSchema),
    acls,
    tcpRequestRules,
    tcpResponseRules,
    httpRequestRules,
    ...responseRules,
    child('server-switching-rules', 'serverSwitchingRules', 'ServerSwitchingRule', serverSwitchingRuleSchema, true),
    child('stick-rules', 'stickRules', 'StickRule', stickRuleSchema, true),
  ],
  parts: [{ segment: 'health-check', field: 'healthCheck', noun: 'HealthCheck', schema: healthCheckSchema }],
};

/** In the order in which references point: what is referred to comes first. */
export const topKinds: readonly TopKind[] = [
  errorFileKind,
  peersKind,
  userlistKind,
  defaultsKind,
  backendKind,
  frontendKind,
];

/** The top-level resources of one kind. */
export function documentsOf(config: Config, kind: TopKind): readonly Named[] {
  return config[kind.field];
}

/** The children of one kind; none when the document has no such list. */
export function childrenOf(document: Fields, kind: ChildKind): readonly Named[] {
  return (document[kind.field] as readonly Named[] | undefined) ?? [];
}

/** What a document says itself, without what its children and parts say. */
export function ownFields(document: Fields, kind: TopKind): Fields {
  const nested = new Set([...kind.children, ...kind.parts].map((item) => item.field));
  return Object.fromEntries(Object.entries(document).filter(([field]) => !nested.has(field)));
}
