/** `npm run bench`: what Sluice costs compared with HAProxy, nginx and proxies made of npm packages, in CPU time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingPackages } from '../../lab/programs.ts';
import { runBenchmark } from './benchmark.ts';
import { haproxy } from './haproxy.ts';
import { nginxProxy } from './nginx-proxy.ts';
import { httpProxyPeer, undiciPeer } from './peers.ts';
import type { ProxyProgram } from './proxy-program.ts';
import { printRow } from './report.ts';
import { rows as allRows, fullScale, quickScale, type Row } from './rows.ts';
import { sluice } from './sluice-proxy.ts';

const help = `npm run bench -- [options]
  --rows a,b       only these rows: ${allRows.map((row) => row.name).join(', ')}
  --proxies a,b    only these beside HAProxy: Sluice, nginx, undici, http-proxy
  --repeat N       measurements of each row (default 5)
  --workers N      threads or worker processes of each proxy (default 1)
  --seconds N      length of each load of small requests (default 3)
  --quick          one short measurement of each row, to see that it runs; the figures mean nothing
  --calibrate      HAProxy against a second HAProxy: the ratios must be about 1
  --json           the result as JSON on standard output`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    proxies: { type: 'string' },
    repeat: { type: 'string' },
    workers: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    calibrate: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string) => (values.json ? console.error(text) : console.log(text));

function chosenRows(): readonly Row[] {
  const names = values.rows?.split(',');
  const unknown = names?.filter((name) => !allRows.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(', ')}\n${help}`);
  return allRows.filter((row) => names?.includes(row.name) ?? true);
}

function chosenProxies(): ProxyProgram[] {
  if (values.calibrate) return [haproxy, { ...haproxy, name: 'HAProxy 2' }];
  const names = values.proxies?.split(',');
  const wanted = [sluice, nginxProxy, undiciPeer, httpProxyPeer].filter(({ name }) => names?.includes(name) ?? true);
  return [haproxy, ...wanted].filter((proxy) => {
    const missing = proxy.missing();
    if (missing !== undefined) say(`Without ${proxy.name}: ${missing}`);
    return missing === undefined;
  });
}

/** A whole number of 1 or more. */
function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`"${text}" is not a whole number above 0`);
  return number;
}

async function bench(stack: AsyncDisposableStack): Promise<boolean> {
  const missing = missingPackages(['nginx', 'wrk', 'curl']);
  if (missing.length > 0)
    throw new Error(`the benchmark needs more programs: sudo apt-get install ${missing.join(' ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const scale = values.quick ? quickScale : fullScale;
  const options = {
    proxies: chosenProxies(),
    rows: chosenRows(),
    scale: values.seconds === undefined ? scale : { ...scale, seconds: count(values.seconds) },
    repeat: count(values.repeat ?? (values.quick ? '1' : '5')),
    workers: count(values.workers),
    folder,
    onRow: (result: Parameters<typeof printRow>[0]) => say(`\n${printRow(result)}`),
  };
  say('Median (lowest to highest); ratio = cost ÷ cost of HAProxy in the same turn; lower is better.');
  const results = await runBenchmark(options, stack);
  if (values.json)
    console.log(JSON.stringify({ repeat: options.repeat, workers: options.workers, rows: results }, null, 2));
  return results.every((result) => result.valid);
}

if (values.help) {
  console.log(help);
} else {
  const stack = new AsyncDisposableStack();
  let ending: Promise<void> | undefined;
  /** Ends everything that was started, then the process; the first call says with which status. */
  const finish = (status: number) => (ending ??= stack.disposeAsync().then(() => process.exit(status)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void finish(1));
  try {
    await finish((await bench(stack)) ? 0 : 1);
  } catch (error) {
    if (ending === undefined) console.error(error instanceof Error ? error.message : error);
    await finish(1);
  }
}
