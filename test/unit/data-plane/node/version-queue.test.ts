/** While one version is activated, of those that follow only the newest counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Version } from '../../../../data-plane/node/activate.ts';
import { VersionQueue } from '../../../../data-plane/node/version-queue.ts';
import { versionOf } from '../../../support/versions.ts';
import { waitFor } from '../../../support/wait-for.ts';

test('newer versions supersede each other; those given up are never answered', async () => {
  const finish: (() => void)[] = [];
  const activated: number[] = [];
  const superseded: number[] = [];
  const answered: number[] = [];
  const activate = ({ version }: Version) => {
    activated.push(version);
    return new Promise<Outcome>((resolve) => finish.push(() => resolve({ durationMs: 1 })));
  };
  const queue = new VersionQueue(activate, ({ version }) => superseded.push(version));
  for (const version of [1, 2, 3, 4]) queue.offer(versionOf(version, {}), () => answered.push(version));
  assert.deepEqual(activated, [1]);
  finish[0]?.();
  await waitFor('the next version', () => activated.length === 2);
  finish[1]?.();
  await waitFor('its answer', () => answered.length === 2);
  assert.deepEqual({ activated, superseded, answered }, { activated: [1, 4], superseded: [2, 3], answered: [1, 4] });
});
