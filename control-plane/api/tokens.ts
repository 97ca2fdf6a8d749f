/** /v1/tokens: who may use the API. Secrets are shown once, afterwards only their fingerprints. */
import { type Static, Type } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { closedObject, nameField } from '../../shared/model/fields.ts';
import type { App, Context, Params } from './context.ts';
import { operation } from './operation.ts';
import { type PageQuery, pageQuerySchema, pageSchema, paginate } from './pagination.ts';

const scopeField = Type.Union(
  [Type.Literal('read'), Type.Literal('operate'), Type.Literal('write'), Type.Literal('admin')],
  {
    description:
      '"read": see everything. "operate": also overrides, retries, and connecting as a node. "write": also change the config. "admin": also tokens and forgetting nodes.',
  },
);
const newTokenSchema = closedObject(
  { name: nameField('Name of the token, unique.'), scope: scopeField },
  { title: 'NewToken', examples: [{ name: 'deploy', scope: 'write' }] },
);
const tokenFields = {
  name: Type.String(),
  scope: scopeField,
  fingerprint: Type.String({ description: 'The first 16 hexadecimal digits of the SHA-256 of the secret.' }),
  createdAt: Type.String({ description: 'RFC 3339.' }),
};
const tokenSchema = closedObject(tokenFields, { title: 'Token' });
const createdSchema = closedObject(
  { ...tokenFields, secret: Type.String({ description: 'For "Authorization: Bearer ...". Shown only now.' }) },
  { title: 'CreatedToken' },
);

export function tokenRoutes(app: App, context: Context): void {
  const { tokens } = context;
  const tag = 'tokens';
  const scope = 'admin';
  const list = operation('/v1/tokens', {
    id: 'listTokens',
    tag,
    summary: 'List tokens',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page, by name.', schema: pageSchema(tokenSchema, 'TokenList') } },
    scope,
  });
  app.get('/v1/tokens', list, async (request) => paginate(tokens.list(), request.query as PageQuery));

  const create = operation('/v1/tokens', {
    id: 'createToken',
    tag,
    summary: 'Create a token',
    description: 'From the first token on every request must bear one; the first must have the scope admin.',
    body: newTokenSchema,
    answers: { 201: { description: 'Created.', schema: createdSchema, headers: { Location: 'Where it is.' } } },
    problems: [409],
    scope,
  });
  app.post('/v1/tokens', create, async (request, reply) => {
    const { name, scope: wanted } = request.body as Static<typeof newTokenSchema>;
    const token = await tokens.create(name, wanted);
    return reply.code(201).header('location', `/v1/tokens/${name}`).header('cache-control', 'no-store').send(token);
  });

  const url = '/v1/tokens/:token';
  const read = operation(url, {
    id: 'getToken',
    tag,
    summary: 'Read a token',
    answers: { 200: { description: 'The token, without its secret.', schema: tokenSchema } },
    problems: [404],
    scope,
  });
  app.get(url, read, async (request) => {
    const { token = '' } = request.params as Params;
    const found = tokens.list().find(({ name }) => name === token);
    if (found === undefined) throw new SluiceError('not-found', `there is no token "${token}"`);
    return found;
  });

  const remove = operation(url, {
    id: 'deleteToken',
    tag,
    summary: 'Revoke a token',
    answers: { 204: { description: 'Revoked.' } },
    problems: [404, 409],
    scope,
  });
  app.delete(url, remove, async (request, reply) => {
    await tokens.remove((request.params as Params).token ?? '', context.exposed());
    return reply.code(204).send();
  });
}
