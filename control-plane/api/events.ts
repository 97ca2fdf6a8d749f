/** /v1/events: what happens, as server-sent events (WHATWG HTML, section 9.2). */
import { Type } from 'typebox';
import { eventTypes, type SluiceEvent } from '../events/event-log.ts';
import type { App, Context } from './context.ts';
import { operation } from './operation.ts';

/** A comment this often (ms) keeps idle connections open. */
const heartbeat = 15_000;

/** What a slow reader may have waiting (bytes) before it is cut off; it can take up again with Last-Event-ID. */
const mostUnread = 4 * 1024 * 1024;

export interface EventStreams {
  /** Ends all streams. */
  close(): void;
}

export function eventRoutes(app: App, context: Context): EventStreams {
  const { events, clock } = context;
  const open = new Set<() => void>();
  const documented = operation('/v1/events', {
    id: 'streamEvents',
    tag: 'events',
    summary: 'Follow what happens',
    description: `Server-sent events: ${eventTypes.join(', ')}. Reconnect with Last-Event-ID to get what came meanwhile.`,
    answers: {
      200: { description: 'A stream that does not end.', schema: Type.String(), mediaType: 'text/event-stream' },
    },
  });
  app.get('/v1/events', { ...documented, exposeHeadRoute: false }, (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    raw.write(': the events of Sluice\n\n');
    const send = (event: SluiceEvent) => {
      raw.write(format(event));
      if (raw.writableLength > mostUnread) raw.destroy();
    };
    const last = request.headers['last-event-id'];
    if (typeof last === 'string') events.since(last).forEach(send);
    const unsubscribe = events.subscribe(send);
    let cancelBeat = () => {};
    const beat = () => {
      cancelBeat = clock.after(heartbeat, () => {
        raw.write(': still here\n\n');
        beat();
      });
    };
    beat();
    const end = () => {
      cancelBeat();
      unsubscribe();
      open.delete(end);
      raw.end();
    };
    open.add(end);
    raw.on('close', end);
  });
  return {
    close() {
      for (const end of [...open]) end();
    },
  };
}

function format({ id, type, time, data }: SluiceEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ time, ...data })}\n\n`;
}
