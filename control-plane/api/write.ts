/** How every write to the config goes: change, tell the version, wait for the nodes when asked to, answer. */
import { Type } from 'typebox';
import { parseDuration } from '../../shared/duration.ts';
import { type FieldError, SluiceError } from '../../shared/errors.ts';
import { closedObject, durationField } from '../../shared/model/fields.ts';
import type { ChangeNote, ChangeResult, Edit } from '../config/change-config.ts';
import type { Context, Reply, Request } from './context.ts';

const longestWait = 5 * 60_000;
const defaultWait = '10s';

export const waitQuery = {
  wait: Type.Optional(
    Type.Literal('applied', { description: 'Answer only when every connected node has acknowledged the change.' }),
  ),
  timeout: Type.Optional(durationField('Longest wait, at most 5m; then 202 with what is known.', defaultWait)),
};

export const writeQuerySchema = closedObject({
  ...waitQuery,
  message: Type.Optional(Type.String({ maxLength: 1_000, description: 'Why; stands beside the version.' })),
});

export interface WriteQuery {
  wait?: 'applied';
  timeout?: string;
  message?: string;
}

/** Who makes a change and why. */
export function noteOf(request: Request): ChangeNote {
  return { author: request.caller.name, message: (request.query as WriteQuery).message ?? '' };
}

/** How long (ms) the request wants to wait for the nodes; undefined when it does not. Throws invalid-request. */
export function waitOf(request: Request): number | undefined {
  const { wait, timeout = defaultWait } = request.query as WriteQuery;
  const milliseconds = parseDuration(timeout);
  if (milliseconds === undefined || milliseconds > longestWait) {
    const detail = 'query parameter "timeout": must be at most 5m';
    throw new SluiceError('invalid-request', detail, { errors: [{ resource: '', pointer: '/timeout', detail }] });
  }
  return wait === 'applied' ? milliseconds : undefined;
}

export interface Write {
  readonly edit: Edit;
  /** Rewrites what is wrong so that it points into the body of the request. */
  readonly locate?: (error: FieldError) => FieldError;
  /** Sends the answer once the change is stored, and applied when that was asked for. */
  readonly answer: (result: ChangeResult) => Reply;
}

/** Carries out one write and answers it. */
export async function answerWrite(context: Context, request: Request, reply: Reply, write: Write): Promise<Reply> {
  const timeout = waitOf(request);
  const result = await change(context, request, write);
  const { version } = result.current;
  reply.header('config-version', String(version));
  if (timeout !== undefined) {
    const status = await context.hub.waitForVersion(version, timeout);
    if (status.state !== 'applied') return reply.code(202).send(status);
  }
  return write.answer(result);
}

async function change(context: Context, request: Request, { edit, locate }: Write): Promise<ChangeResult> {
  try {
    return await context.keeper.change(edit, noteOf(request));
  } catch (error) {
    throw locate === undefined ? error : relocate(error, locate);
  }
}

/** The same refusal with its errors pointing elsewhere. */
export function relocate(error: unknown, locate: (error: FieldError) => FieldError): unknown {
  if (!(error instanceof SluiceError) || error.errors.length === 0) return error;
  return new SluiceError(error.code, describeErrors(error.errors), { errors: error.errors.map(locate) });
}

function describeErrors(errors: readonly FieldError[]): string {
  const [first, ...rest] = errors;
  if (first === undefined) return 'the configuration cannot be carried out';
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return `${first.resource}${first.pointer}: ${first.detail}${more}`;
}
