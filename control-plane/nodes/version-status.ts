/** The status of a version over all nodes, and waiting for it without polling. */
import { type Static, Type } from 'typebox';
import type { Clock } from '../../shared/clock.ts';
import { closedObject } from '../../shared/model/fields.ts';

export const fieldErrorSchema = closedObject(
  {
    resource: Type.String({ description: 'Path of the resource below /v1; "" for the input as a whole.' }),
    pointer: Type.String({ description: 'JSON pointer (RFC 6901) to the field; "" for the whole.' }),
    detail: Type.String(),
  },
  { title: 'FieldError', description: 'One thing that is wrong, and where.' },
);

const rolloutState = Type.Union([Type.Literal('applied'), Type.Literal('pending'), Type.Literal('rejected')]);

export const versionStatusSchema = closedObject(
  {
    version: Type.Integer({ minimum: 0 }),
    state: Type.Union([Type.Literal('applied'), Type.Literal('pending'), Type.Literal('rejected')], {
      description:
        '"applied": every connected node runs this version or a newer one, and there is one. "rejected": a connected node refused it.',
    }),
    nodes: Type.Array(
      closedObject({
        node: Type.String(),
        connection: Type.Union([Type.Literal('connected'), Type.Literal('stale'), Type.Literal('gone')]),
        state: rolloutState,
        runningVersion: Type.Union([Type.Integer(), Type.Null()], { description: 'null when it runs none yet.' }),
        errors: Type.Array(fieldErrorSchema, { description: 'Why it was rejected.' }),
      }),
    ),
  },
  { title: 'VersionStatus', description: 'How far a version has come.' },
);
export type VersionStatus = Static<typeof versionStatusSchema>;

/** Sums up the nodes: those without a connection are listed but do not hold a version up. */
export function summarise(version: number, nodes: VersionStatus['nodes']): VersionStatus {
  const connected = nodes.filter((node) => node.connection === 'connected');
  const rejected = connected.some((node) => node.state === 'rejected');
  const applied = connected.length > 0 && connected.every((node) => node.state === 'applied');
  return { version, state: rejected ? 'rejected' : applied ? 'applied' : 'pending', nodes };
}

interface Waiter {
  readonly look: () => void;
  readonly giveUp: () => void;
}

/** Those who wait for something at the nodes; `lookAgain` is called whenever a node has moved. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The status once `isSettled` holds for it, or as it is after the timeout (ms) or when the control plane stops. */
  wait<Status>(status: () => Status, isSettled: (status: Status) => boolean, timeout: number): Promise<Status> {
    const first = status();
    if (isSettled(first)) return Promise.resolve(first);
    return new Promise((resolve) => {
      const finish = (result: Status) => {
        cancel();
        this.#waiting.delete(waiter);
        resolve(result);
      };
      const waiter: Waiter = {
        look: () => {
          const now = status();
          if (isSettled(now)) finish(now);
        },
        giveUp: () => finish(status()),
      };
      const cancel = this.#clock.after(timeout, waiter.giveUp);
      this.#waiting.add(waiter);
    });
  }

  lookAgain(): void {
    for (const waiter of this.#waiting) waiter.look();
  }

  releaseAll(): void {
    for (const waiter of this.#waiting) waiter.giveUp();
  }
}
