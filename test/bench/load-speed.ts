/**
 * `node test/bench/load-speed.ts [--rounds N] [--kinds a,b] [--workers 1,2]`: the CPU time (ms) that a map or ACL file of
 * 100,000 entries adds to a start, in all processes together, beside that of haproxy.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Child, startChild, startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { programPath } from '../../lab/programs.ts';
import { startSluice } from '../../lab/sluice.ts';
import { waitUntil } from '../../lab/wait-until.ts';
import { processorSeconds, residentBytes } from './processes.ts';

const entries = 100_000;

interface Kind {
  /** A line of the frontend, with the path of the file. */
  readonly use: (path: string) => string;
  readonly entry: (index: number) => string;
}

const address = (index: number) => [10 + (index % 90), (index >> 8) & 255, index & 255, 0].join('.');
const host = (index: number) => `${index}.shop.example.com`;
const lookUp = (sample: string, converter: string) => (path: string) =>
  `http-request set-var(txn.found) ${sample},${converter}(${path})`;
const deny = (condition: string) => (path: string) => `http-request deny if { ${condition} -f ${path} }`;

const kinds: Readonly<Record<string, Kind>> = {
  src: { use: deny('src'), entry: (index) => `${address(index)}/${24 + (index % 9)}` },
  src6: {
    use: deny('src'),
    entry: (index) => `2001:db8:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::/64`,
  },
  map_str: { use: lookUp('req.hdr(host)', 'map_str'), entry: (index) => `${host(index)} backend-${index % 10}` },
  map_beg: { use: lookUp('base', 'map_beg'), entry: (index) => `${host(index)}/ backend-${index % 10}` },
  map_end: { use: lookUp('path', 'map_end'), entry: (index) => `/${index}.html backend-${index % 10}` },
  map_sub: { use: lookUp('path', 'map_sub'), entry: (index) => `/item-${index}/ backend-${index % 10}` },
  map_dom: { use: lookUp('req.hdr(host)', 'map_dom'), entry: (index) => `${host(index)} backend-${index % 10}` },
  map_int: { use: lookUp('req.hdr_cnt', 'map_int'), entry: (index) => `${index * 10} backend-${index % 10}` },
  map_ip: { use: lookUp('src', 'map_ip'), entry: (index) => `${address(index)}/24 backend-${index % 10}` },
  map_reg: {
    use: lookUp('base', 'map_reg'),
    entry: (index) => `^${host(index).replaceAll('.', '\\.')}/v[0-9]+/ backend-${index % 10}`,
  },
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    kinds: { type: 'string', default: 'src,map_str,map_beg,map_end,map_ip,map_reg' },
    workers: { type: 'string', default: '1,2' },
  },
});

interface Cost {
  readonly cpu: number;
  readonly memory: number;
}

type Program = (stack: AsyncDisposableStack, file: string) => Promise<Child>;

const programs: Readonly<Record<string, Program>> = {
  haproxy: (stack, file) =>
    startOwned(stack, () => startChild('haproxy', programPath('haproxy'), ['-db', '-q', '-f', file])),
  sluice: (stack, file) => startOwned(stack, () => startSluice('sluice', ['-db', '-q', '-f', file])),
};

/** What a start costs until it answers and comes to rest: CPU in ms, memory in MB. */
async function measure(start: Program, folder: string, workers: string, line: string): Promise<Cost> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const file = join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    `global
  nbthread ${workers}
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
frontend web
  bind 127.0.0.1:${port}
  ${line}
  http-request return status 200
`,
  );
  const child = await start(stack, file);
  await waitUntil('an answer', async () => (await fetch(`http://127.0.0.1:${port}/`)).ok, { child, interval: 10 });
  await delay(300);
  return { cpu: processorSeconds(child.pid) * 1_000, memory: residentBytes(child.pid) / 1e6 };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-load-speed-'));
try {
  for (const workers of values.workers.split(',')) {
    for (const name of values.kinds.split(',')) {
      const kind = kinds[name];
      if (kind === undefined) throw new Error(`there is no kind ${name}: ${Object.keys(kinds).join(', ')}`);
      const path = join(folder, `${name}.lst`);
      await writeFile(path, Array.from({ length: entries }, (_, index) => `${kind.entry(index)}\n`).join(''));
      const cells: string[] = [];
      for (const [program, start] of Object.entries(programs)) {
        const cpu: number[] = [];
        const memory: number[] = [];
        for (let round = 0; round < Number(values.rounds); round++) {
          const plain = await measure(start, folder, workers, '');
          const loaded = await measure(start, folder, workers, kind.use(path));
          cpu.push(loaded.cpu - plain.cpu);
          memory.push(loaded.memory - plain.memory);
        }
        const range = `${Math.round(Math.min(...cpu))} to ${Math.round(Math.max(...cpu))}`;
        cells.push(`${program} ${Math.round(median(cpu))} ms (${range}) ${median(memory).toFixed(0)} MB`);
      }
      console.log(`${workers} workers  ${name.padEnd(8)} ${cells.join('   ')}`);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
