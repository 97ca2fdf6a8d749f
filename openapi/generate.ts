/** Writes openapi.json from the routes of the control plane; with --check tells whether the committed one still fits. */
import { readFile, writeFile } from 'node:fs/promises';
import { createApp } from '../control-plane/app.ts';
import { openMemoryStore } from '../control-plane/store/sqlite-store.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/logger.ts';

const file = new URL('openapi.json', import.meta.url);

const controlPlane = await createApp({
  store: openMemoryStore(),
  clock: systemClock,
  logger: createLogger('openapi', 'silent'),
  listenHost: '127.0.0.1',
  exposed: false,
});
const text = `${JSON.stringify(controlPlane.describe(), null, 2)}\n`;
await controlPlane.close();

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed !== text) {
    process.stderr.write('openapi/openapi.json does not fit the routes: run "npm run openapi" and commit it\n');
    process.exit(1);
  }
} else {
  await writeFile(file, text);
}
