/** The program behind `sluice -f FILE`. Where bin/sluice can keep no compiled code beside the packages, a temporary folder has it. */
import { enableCompileCache, getCompileCacheDir } from 'node:module';

enableCompileCache();
// Workers are started with this environment.
const folder = getCompileCacheDir();
if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= folder;
const { runCommandLine } = await import('./haproxy.ts');
await runCommandLine(process.argv.slice(2));
