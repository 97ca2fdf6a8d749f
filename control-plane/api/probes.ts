/** /healthz and /readyz, for those who watch over the process. */
import { Type } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { closedObject } from '../../shared/model/fields.ts';
import type { App, Context } from './context.ts';
import { operation } from './operation.ts';

const okSchema = closedObject({ status: Type.Literal('ok') }, { title: 'Ok' });

export function probeRoutes(app: App, context: Context, isStopping: () => boolean): void {
  const answers = { 200: { description: 'All is well.', schema: okSchema } };
  const alive = operation('/healthz', {
    id: 'getHealth',
    tag: 'probes',
    summary: 'Whether the process is alive',
    answers,
    scope: 'none',
  });
  app.get('/healthz', alive, async () => ({ status: 'ok' }));

  const ready = operation('/readyz', {
    id: 'getReadiness',
    tag: 'probes',
    summary: 'Whether the control plane takes requests: its database answers and it is not stopping',
    answers,
    problems: [503],
    scope: 'none',
  });
  app.get('/readyz', ready, async () => {
    if (isStopping()) throw new SluiceError('unavailable', 'the control plane is stopping');
    await context.store.listVersions({ limit: 1 });
    return { status: 'ok' };
  });
}
