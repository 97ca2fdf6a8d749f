/** The API description (OpenAPI 3.1): made from the routes, with every titled schema standing once under components. */
import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from './context.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const description = `The control plane of Sluice. Every change makes a numbered version; nodes take it over in milliseconds.

Errors are problem details (RFC 9457). Resources have an ETag; send it as If-Match to change only what you have seen, or
If-None-Match: * to create only. Writes answer the version now current in Config-Version; with wait=applied they answer
once every connected node has acknowledged it.`;

const tags = {
  config: 'The whole desired state in one document.',
  global: 'Settings of nodes as a whole.',
  'error-files': 'Responses in place of error pages.',
  peers: 'Stick tables that belong to no proxy.',
  userlists: 'Users and groups for HTTP authentication.',
  maps: 'Keys and values that expressions look up, which change without a version.',
  'acl-files': 'Patterns of ACLs, which change without a version.',
  defaults: 'Settings that frontends and backends take with "from".',
  frontends: 'Where clients connect, with binds, ACLs and rules.',
  backends: 'Sets of servers, with ACLs, rules and a health check.',
  overrides: 'Operational changes of servers that make no version.',
  versions: 'The history of the config, and the way back.',
  nodes: 'The running data planes.',
  stats: 'What the nodes count.',
  events: 'What happens, as it happens.',
  tokens: 'Who may use the API.',
  probes: 'For those who watch over the process.',
};

/** Must be registered before the routes it is to describe. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sluice', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }, {}],
    },
    transformObject: (document) =>
      'openapiObject' in document ? hoistSchemas(document.openapiObject) : document.swaggerObject,
  });
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, scope: 'none' };
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true }, config: { scope: 'none' } }, async () => app.swagger());
}

type Json = Record<string, unknown>;

/** Puts every schema with a title under components and refers to it; equal titles must mean equal schemas. */
export function hoistSchemas<Document extends object>(document: Document): Document {
  const schemas = new Map<string, string>();
  const components: Json = {};

  function visit(value: unknown, insideSchema: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => visit(item, insideSchema));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, member]) => {
      if (name === 'examples' || name === 'example') return [name, member];
      return [name, visit(member, insideSchema || name === 'schema')];
    });
    const object = Object.fromEntries(entries) as Json;
    const { title } = object;
    return insideSchema && typeof title === 'string' ? refer(title, object) : object;
  }

  function refer(title: string, schema: Json): Json {
    const text = JSON.stringify(schema);
    const known = schemas.get(title);
    if (known !== undefined && known !== text) throw new Error(`two schemas have the title "${title}"`);
    schemas.set(title, text);
    components[title] = schema;
    return { $ref: `#/components/schemas/${title}` };
  }

  const visited = visit(document, false) as Json;
  const sorted = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...visited, components: { ...(visited.components as Json), schemas: sorted } } as Document;
}
