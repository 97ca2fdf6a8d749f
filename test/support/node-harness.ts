/** A node inside the process of the test: a real supervisor with real worker processes. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Supervisor, type SupervisorOptions } from '../../data-plane/node/supervisor.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/logger.ts';

export const realWorker = join(import.meta.dirname, '../../data-plane/worker/worker.ts');
export const fakeWorker = join(import.meta.dirname, 'fake-worker.ts');

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes when the process of the tests ends: a node writes its cache while it is being stopped. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-node-'));
  folders.push(folder);
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
    directory: options.directory ?? (await temporaryFolder()),
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
