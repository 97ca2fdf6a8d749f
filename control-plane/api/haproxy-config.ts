/** /v1/config/haproxy: the whole config as the text of a haproxy.cfg. */

import { type Static, Type } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import type { LineRemark } from '../../shared/haproxy-cfg/cfg-report.ts';
import { findConfigViolations } from '../../shared/haproxy-cfg/find-config-violations.ts';
import { readHaproxyCfg } from '../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { sluiceFacts } from '../../shared/haproxy-cfg/sluice-facts.ts';
import { writeHaproxyCfg } from '../../shared/haproxy-cfg/write-haproxy-cfg.ts';
import type { Config } from '../../shared/model/config.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { kindNames, patternPath } from '../../shared/patterns/pattern-file.ts';
import { fromDocument } from '../config/complete-config.ts';
import type { PatternBook } from '../patterns/pattern-book.ts';
import { configChangeSchema, putQuerySchema } from './config.ts';
import type { App, Context } from './context.ts';
import { checkPreconditions, etagOf, isNotModified } from './etag.ts';
import { notApplied, operation, writeHeaders } from './operation.ts';
import { uncheckedBody } from './validate-request.ts';
import { answerWrite, relocate } from './write.ts';

const textType = 'text/plain';

const line = Type.Integer({ description: 'Line of the file; 0 for the file as a whole.' });

const importSchema = closedObject(
  {
    ...configChangeSchema.properties,
    skipped: Type.Array(closedObject({ line, text: Type.String(), reason: Type.String() }), {
      description: 'Lines that were understood and have no effect, and why.',
    }),
    changed: Type.Array(closedObject({ line, text: Type.String(), reason: Type.String() }), {
      description: 'Lines that say something else in the config, and why: tests of what is never there.',
    }),
    warnings: Type.Array(closedObject({ line, detail: Type.String() }), { description: 'What is suspicious.' }),
  },
  { title: 'HaproxyImport', description: 'What an import changed, and what it could not carry over.' },
);

/** Text bodies are taken by these routes only, so they stand in a scope of their own. */
export function haproxyConfigRoutes(app: App, context: Context): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(textType, { parseAs: 'string' }, (_request, body, done) => done(null, body));
    readRoute(scope as App, context);
    writeRoute(scope as App, context);
  });
}

const url = '/v1/config/haproxy';

function readRoute(app: App, context: Context): void {
  const read = operation(url, {
    id: 'getHaproxyConfig',
    tag: 'config',
    summary: 'Read the whole config as a haproxy.cfg',
    description: 'Rules lose their names, for which a haproxy.cfg has no place.',
    answers: {
      200: { description: 'The text.', schema: Type.String(), mediaType: textType, headers: writeHeaders },
      304: { description: 'It still has the ETag of If-None-Match.' },
    },
  });
  app.get(url, read, async (request, reply) => {
    const { config, version } = context.keeper.current();
    const tag = etagOf(config);
    reply.header('etag', tag).header('config-version', String(version));
    if (isNotModified(request, tag)) return reply.code(304).send();
    return reply.type(`${textType}; charset=utf-8`).send(writeHaproxyCfg(config));
  });
}

function writeRoute(app: App, context: Context): void {
  const { keeper } = context;
  const put = operation(url, {
    id: 'putHaproxyConfig',
    tag: 'config',
    summary: 'Replace the whole config by that of a haproxy.cfg',
    description:
      'Every line is carried over, listed under "skipped" with the reason, or refused by name. The control plane reads no files and no environment: an errorfile is one of /v1/error-files with that path, and a map or ACL file one of /v1/maps or /v1/acl-files of that name. With dryRun=true it answers the plan only.',
    query: putQuerySchema,
    body: Type.String({ examples: ['defaults\n    mode http\n'] }),
    consumes: [textType],
    answers: {
      200: { description: 'What changed.', schema: importSchema, headers: writeHeaders },
      202: notApplied,
    },
    problems: [412, 422],
  });
  app.put(url, { ...put, validatorCompiler: uncheckedBody }, async (request, reply) => {
    const { config, ...remarks } = importText(String(request.body ?? ''), keeper.current().config, context.patterns);
    const edit = (before: Config) => {
      checkPreconditions(request, before);
      return config;
    };
    if ((request.query as Static<typeof putQuerySchema>).dryRun === true) {
      const { current, plan } = await keeper
        .plan(edit)
        .catch((error: unknown) => Promise.reject(relocate(error, (each) => each)));
      const answer = { version: current.version, changes: plan, ...remarks };
      return reply.header('config-version', String(current.version)).send(answer);
    }
    return answerWrite(context, request, reply, {
      edit,
      answer: ({ current, plan }) =>
        reply.header('etag', etagOf(current.config)).send({ version: current.version, changes: plan, ...remarks }),
    });
  });
}

/** The config that a text makes. Throws invalid-config with every line that is refused. */
function importText(text: string, before: Config, patterns: PatternBook) {
  const reading = readHaproxyCfg({
    findViolations: findConfigViolations,
    files: [{ name: 'haproxy.cfg', text: text.endsWith('\n') ? text : `${text}\n` }],
    facts: sluiceFacts({}),
    environment: {},
    readFile: (path) => {
      throw new Error(`the control plane reads no files; PUT it to /v1/error-files/NAME with "path": "${path}"`);
    },
    errorFiles: before.errorFiles,
    readPatterns: (kind, path) => {
      const file = patterns.get(kind, path);
      if (file !== undefined) return file.list.pack();
      const where = patternPath(kind, path);
      throw new Error(`there is no ${kindNames[kind]} '${path}': PUT it to /v1${where} first`);
    },
  });
  const { config, diagnostics, skipped, changed, valid } = reading;
  if (!valid) {
    const alerts = diagnostics.filter(({ severity }) => severity === 'alert');
    const errors = alerts.map(({ line: at, text: detail }) => ({
      resource: '',
      pointer: '',
      detail: at === 0 ? detail : `line ${at}: ${detail}`,
    }));
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    throw new SluiceError('invalid-config', `${errors[0]?.detail}${more}`, { errors });
  }
  return {
    config: fromDocument(config),
    skipped: skipped.map(toAnswer),
    changed: changed.map(toAnswer),
    warnings: diagnostics
      .filter(({ severity }) => severity === 'warning')
      .map(({ line: at, text: detail }) => ({ line: at, detail })),
  };
}

function toAnswer({ line: at, text, reason }: LineRemark) {
  return { line: at, text, reason };
}
