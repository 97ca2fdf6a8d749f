/** Runs the rows of the benchmark over the proxies, each proxy in turn, and answers the table. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../lab/free-port.ts';
import { waitUntil } from '../../lab/wait-until.ts';
import { type Origin, startOrigin } from './origin.ts';
import type { Setup } from './pattern-rows.ts';
import type { ProxyProgram } from './proxy-program.ts';
import { type RowResult, summarize } from './report.ts';
import type { Measurement, Row, Scale, Target } from './rows.ts';

export interface BenchmarkOptions {
  /** The yardstick first. */
  proxies: readonly ProxyProgram[];
  rows: readonly Row[];
  scale: Scale;
  repeat: number;
  workers: number;
  /** An empty temporary folder. */
  folder: string;
  onRow(result: RowResult): void;
}

/** Measures every row; whatever it started has ended when it resolves or rejects. */
export async function runBenchmark(options: BenchmarkOptions, stack: AsyncDisposableStack): Promise<RowResult[]> {
  const { proxies, rows, scale } = options;
  const origin = await startOrigin(stack, options.folder, scale.bigBytes);
  const lasting = new Map<ProxyProgram, Target>();
  if (rows.some((row) => row.fresh !== true && row.setup === undefined)) {
    for (const proxy of proxies) lasting.set(proxy, await startTarget(proxy, stack, origin, options));
  }
  const results: RowResult[] = [];
  for (const row of rows) {
    const measured =
      row.setup === undefined
        ? await measureRow(row, origin, lasting, options)
        : await measureSetup(row, row.setup, origin, options);
    const result = summarize(row, measured);
    options.onRow(result);
    results.push(result);
  }
  return results;
}

/** A row whose proxies are configured for it alone, and end with it. */
async function measureSetup(
  row: Row,
  setup: Setup,
  origin: Origin,
  options: BenchmarkOptions,
): Promise<Map<string, Measurement[]>> {
  await using stack = new AsyncDisposableStack();
  const proxies = options.proxies.filter(({ takesLines }) => takesLines === true);
  const lines = await setup(options.folder);
  const targets = new Map<ProxyProgram, Target>();
  for (const proxy of proxies) targets.set(proxy, await startTarget(proxy, stack, origin, options, lines));
  return await measureRow(row, origin, targets, { ...options, proxies });
}

/** One unmeasured turn for each proxy to warm up, then `repeat` measured ones: A, B, B, A, A, B, ... */
async function measureRow(
  row: Row,
  origin: Origin,
  lasting: ReadonlyMap<ProxyProgram, Target>,
  options: BenchmarkOptions,
): Promise<Map<string, Measurement[]>> {
  const measured = new Map(options.proxies.map((proxy) => [proxy.name, [] as Measurement[]]));
  if (row.fresh !== true) for (const target of lasting.values()) await row.measure(target);
  for (let repeat = 0; repeat < options.repeat; repeat += 1) {
    const turn = repeat % 2 === 0 ? options.proxies : options.proxies.toReversed();
    for (const proxy of turn) {
      const target = lasting.get(proxy);
      const fresh = row.fresh === true || target === undefined;
      const measurement = fresh ? await measureFresh(row, proxy, origin, options) : await row.measure(target);
      measured.get(proxy.name)?.push(measurement);
    }
  }
  return measured;
}

async function measureFresh(
  row: Row,
  proxy: ProxyProgram,
  origin: Origin,
  options: BenchmarkOptions,
): Promise<Measurement> {
  await using stack = new AsyncDisposableStack();
  return await row.measure(await startTarget(proxy, stack, origin, options));
}

async function startTarget(
  proxy: ProxyProgram,
  stack: AsyncDisposableStack,
  origin: Origin,
  { folder, workers, scale }: BenchmarkOptions,
  lines: readonly string[] = [],
): Promise<Target> {
  const port = await freePort();
  const own = join(folder, `${port}`);
  await mkdir(own);
  const child = await proxy.start(stack, { origin, folder: own, port, workers, lines });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(`${child.name} at ${url}`, async () => (await fetch(`${url}/100`)).ok, { child });
  return { proxy: child, url, origin, scale };
}
