/** A node inside the process of the test: a real supervisor with real worker processes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Supervisor, type SupervisorOptions } from '../../data-plane/node/supervisor.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/logger.ts';

export const realWorker = join(import.meta.dirname, '../../data-plane/worker/worker.ts');
export const fakeWorker = join(import.meta.dirname, 'fake-worker.ts');

/** A folder that goes with the test. */
export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-node-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A started supervisor; the test ends it. */
export async function startNode(
  test: TestContext,
  options: Partial<SupervisorOptions> & { controlPlane: string },
): Promise<Supervisor> {
  const supervisor: Supervisor = new Supervisor({
    token: '',
    node: 'n1',
    workers: undefined,
    directory: options.directory ?? (await temporaryFolder(test)),
    software: 'sluice/test',
    workerEntry: realWorker,
    clock: systemClock,
    random: () => 0.1,
    logger: createLogger('test', 'silent'),
    onDrain: () => void supervisor.drain(),
    ...options,
  });
  test.after(() => supervisor.stop());
  await supervisor.start();
  return supervisor;
}
