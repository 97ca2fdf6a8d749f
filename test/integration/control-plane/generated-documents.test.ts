/**
 * Documents that the schemas of the API allow, made up at random, are stored and given back as they are, or refused with a
 * reason; what is stored can be written as a haproxy.cfg that can be read. GENERATED_SEED says where chance begins (1).
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../../lab/sluice.ts';
import { Dice } from '../../conformance/differential/dice.ts';
import { type Answer, startControlPlane } from './harness.ts';

const seed = Number(process.env['GENERATED_SEED'] ?? 1);
const count = 1_500;

/** What of JSON Schema the API describes itself with. */
interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly examples?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly readOnly?: boolean;
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Api {
  readonly paths: Readonly<Record<string, { readonly put?: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const texts = [
  ...['', 'a', 'a b', "it's", 'é', 'web', 'app', 'srv1', '/a', 'http://a/', 'text/plain', '127.0.0.1', '10.0.0.0/8'],
  ...['1s', '10ms', '200', 'GET', 'HTTP/1.1', 'path', 'src', 'str(a)', "str('a b')", 'int(1)', 'req.hdr(host)'],
  ...['txn.a', 'proc.b.c', '%[path]', 'b%[src]', '{ path / }', '{ src 10.0.0.0/8 } !{ method GET }', '^/(.*)', '\\1'],
  ...['-i', '-m str', '80:90', 'gpc0', 'http_req_rate(10s)', 'stdout', '127.0.0.1:514', 'local0', 'hosts', '$5$a$b'],
];

class Documents {
  readonly #dice: Dice;
  readonly #schemas: Api['components']['schemas'];

  constructor(dice: Dice, api: Api) {
    this.#dice = dice;
    this.#schemas = api.components.schemas;
  }

  make(schema: Schema): unknown {
    const dice = this.#dice;
    if (schema.$ref !== undefined) return this.make(this.#schemas[schema.$ref.split('/').at(-1) ?? ''] as Schema);
    if ('const' in schema) return schema.const;
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.make(dice.pick(choices));
    switch (schema.type) {
      case 'object':
        return this.#object(schema);
      case 'array':
        return dice.list(schema.minItems ?? 0, (schema.minItems ?? 0) + 2, () => this.make(schema.items ?? {}));
      case 'string':
        return this.#text(schema);
      case 'integer': {
        const { minimum = 0, maximum = 1_000 } = schema;
        return dice.pick([minimum, maximum, dice.between(minimum, Math.min(maximum, minimum + 1_000))]);
      }
      case 'boolean':
        return dice.once(2);
      default:
        return null;
    }
  }

  #object({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const given = Object.entries(properties).filter(
      ([name, { readOnly }]) => readOnly !== true && (required.includes(name) || this.#dice.once(4)),
    );
    return Object.fromEntries(given.map(([name, schema]) => [name, this.make(schema)]));
  }

  #text({ pattern = '', minLength = 0, maxLength = Number.POSITIVE_INFINITY, examples = [] }: Schema): string {
    const shape = new RegExp(pattern, 'u');
    const fitting = [...examples, ...examples, ...texts].filter(
      (text) => shape.test(text) && text.length >= minLength && text.length <= maxLength,
    );
    return fitting.length === 0 ? 'a' : this.#dice.pick(fitting);
  }
}

/** What the documents may refer to. */
const scene = {
  defaults: [{ name: 'd' }],
  backends: [
    {
      name: 'app',
      servers: [{ name: 'srv1', address: '127.0.0.1', port: 1 }],
      stickTable: { type: 'ip', size: 10, store: ['gpc0', 'gpt0', 'conn_cnt'] },
    },
  ],
  frontends: [{ name: 'web', binds: [{ name: 'p', port: 80 }], defaultBackend: 'app' }],
};
const names: Readonly<Record<string, string>> = { frontend: 'web', backend: 'app', defaults: 'd' };

test(`documents at random are stored as they are, or refused with a reason, seed ${seed}`, async (t) => {
  const document: Api = JSON.parse(await readFile(join(repository, 'openapi/openapi.json'), 'utf8'));
  const dice = new Dice(seed);
  const documents = new Documents(dice, document);
  const resources = Object.entries(document.paths).flatMap(([path, { put }]) => {
    const schema = put?.requestBody?.content['application/json']?.schema;
    return schema === undefined || /tokens|override|acl-files|maps|config$/.test(path) ? [] : [{ path, schema }];
  });
  const api = await startControlPlane(t);
  await api.put('/v1/maps/hosts', 'a b\n', { 'content-type': 'text/plain' });
  let stored = 0;
  for (let number = 0; number < count; number++) {
    if (number % 15 === 0) assert.equal((await api.put('/v1/config', scene)).status, 200);
    const { path, schema } = dice.pick(resources);
    const url = path.replaceAll(/\{(\w+)\}/g, (_all, kind) => names[kind] ?? dice.pick(['x', 'srv1', 'p']));
    const { name: _name, ...body } = documents.make(schema) as Record<string, unknown>;
    const answer = await api.put(url, body);
    const told = `PUT ${url} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`;
    assert.ok(answer.status < 500, told);
    if (answer.status >= 300) assert.ok(answer.body.detail.length > 0, told);
    else {
      stored++;
      assert.deepEqual(withoutStatus(await api.get(url)), withoutStatus(answer), told);
      const { body: cfg } = await api.get('/v1/config/haproxy');
      const read = await api.put('/v1/config/haproxy?dryRun=true', cfg, { 'content-type': 'text/plain' });
      assert.equal(read.status, 200, `${told}\n${cfg}\n${JSON.stringify(read.body)}`);
    }
  }
  assert.ok(stored > count / 10, `${stored} of ${count} were stored`);
  t.diagnostic(`${stored} of ${count} were stored`);
});

function withoutStatus({ body: { status: _status, ...rest } }: Answer): Record<string, unknown> {
  return rest;
}
