/** The program behind `sluice -f FILE`: compiled code is kept between runs, so that a start takes well under a second. */
import { enableCompileCache, getCompileCacheDir } from 'node:module';

enableCompileCache();
// Workers are started with this environment.
const folder = getCompileCacheDir();
if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= folder;
const { runCommandLine } = await import('./haproxy.ts');
await runCommandLine(process.argv.slice(2));
