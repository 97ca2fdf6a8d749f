/** Runs one program with the file of many sites and keeps all that clients, servers and the log see of it. */
import { freePorts } from '../../../lab/free-port.ts';
import { Client } from './client.ts';
import { startLog } from './log.ts';
import type { Message } from './messages.ts';
import { Origin, type Received } from './origin.ts';
import { CrashedAtStart, type Program, startProgram } from './program.ts';
import { type Exchange, type Ports, type Site, writeFileOf } from './site.ts';

/** What became of one request. */
export interface Outcome {
  readonly answers: readonly Message[];
  readonly received: readonly Received[];
}

export interface ConnectionOutcome {
  readonly exchanges: readonly Outcome[];
  readonly log: readonly string[];
}

/** What became of the connections of a site; "crashed" when the program did not survive them. */
export type SiteOutcome = readonly ConnectionOutcome[] | 'crashed';

const given: number[] = [];

/** So many sites stand in one file, which a program must be able to begin with while the machine is busy. */
const mostTogether = 250;

/** Ports that nobody else uses: the same ones each time. */
export async function findPorts(frontends: number): Promise<Ports> {
  const count = frontends + 5;
  if (given.length < count) given.push(...(await freePorts(count - given.length)));
  const [log = 0, ready = 0, ...others] = given.slice(0, count);
  return { log, ready, servers: others.slice(0, 3), frontends: others.slice(3) };
}

/**
 * For each site and each of its connections what it came to. Sites behind one that the program did not survive run anew; where it
 * does not even start, the two halves of the sites do so one after the other. `first` is the number of the first site.
 */
export async function runSites(
  program: Program,
  sites: readonly Site[],
  ports: Ports,
  first = 0,
): Promise<SiteOutcome[]> {
  const behind = (count: number) => ({ ...ports, frontends: ports.frontends.slice(count) });
  const outcomes: SiteOutcome[] = [];
  try {
    while (outcomes.length < sites.length) {
      const from = outcomes.length;
      outcomes.push(
        ...(await runUntilCrash(program, sites.slice(from, from + mostTogether), behind(from), first + from)),
      );
    }
    return outcomes;
  } catch (error) {
    if (!(error instanceof CrashedAtStart)) throw error;
  }
  const from = outcomes.length;
  if (from + 1 === sites.length) return [...outcomes, 'crashed'];
  const middle = from + Math.ceil((sites.length - from) / 2);
  return [
    ...outcomes,
    ...(await runSites(program, sites.slice(from, middle), behind(from), first + from)),
    ...(await runSites(program, sites.slice(middle), behind(middle), first + middle)),
  ];
}

/** One connection while its site runs. */
interface Open {
  readonly key: string;
  readonly exchanges: Outcome[];
}

async function runUntilCrash(
  program: Program,
  sites: readonly Site[],
  ports: Ports,
  first: number,
): Promise<SiteOutcome[]> {
  await using stack = new AsyncDisposableStack();
  const origin = new Origin(ports.servers);
  await origin.start();
  stack.defer(() => origin.stop());
  const log = await startLog(ports.log);
  stack.defer(() => log.stop());
  const running = await startProgram(program, writeFileOf(sites, ports, first).text, {
    ready: ports.ready,
    sites: first + sites.length,
  });
  stack.defer(() => running.kill());
  const opened: Open[][] = [];
  let survived = true;
  for (const [index, site] of sites.entries()) {
    const connections: Open[] = [];
    opened.push(connections);
    for (const connection of site.connections) {
      const client = await Client.connect(ports.frontends[index] ?? 0);
      const exchanges: Outcome[] = [];
      connections.push({ key: `f${first + index} ${client.port} `, exchanges });
      for (const [at, exchange] of connection.entries()) {
        const isLast = site.mode === 'tcp' && at === connection.length - 1;
        exchanges.push(await runExchange(client, origin, exchange, isLast));
      }
      await client.close();
      await origin.settled();
    }
    survived = await running.isAlive();
    if (!survived) break;
  }
  // It ends when every connection has, and has logged them all by then.
  if (survived) await running.end();
  await log.settled();
  return opened.map((connections, index) => {
    if (!survived && index === opened.length - 1) return 'crashed';
    return connections.map(({ key, exchanges }) => ({ exchanges, log: log.linesOf(key) }));
  });
}

/** In mode tcp a client says with its last request that no more comes, so that rules need not wait for it. */
async function runExchange(client: Client, origin: Origin, exchange: Exchange, isLast: boolean): Promise<Outcome> {
  origin.expect(exchange.answer);
  const answers = await client.ask(exchange, isLast);
  // Whether a server has closed its connection must not be a question of time for the next request.
  await origin.settled();
  return { answers, received: [...origin.received] };
}
