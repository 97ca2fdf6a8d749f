/** `npm run lab`: shows Sluice at work over real web and database servers, checks what it shows, and cleans up. */
import { parseArgs } from 'node:util';
import { type Lab, startLab } from './lab.ts';
import { apiOf, askServerIds, askWeb, loseAndRegainServer, runReadme, webOf } from './steps.ts';

const { keep } = parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values;

const say = (step: string) => console.log(`\n\u25b8 ${step}`);
const show = (text: string) => console.log(text.trimEnd().replaceAll(/^/gm, '    '));
const count = (answers: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
};
const inWords = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort()
    .map(([answer, times]) => `${answer} ${times} times`)
    .join(', ');

/** Stops the lab with an error when something is not as it should be. */
function check(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

async function showHttp(lab: Lab): Promise<void> {
  say('Configuring HTTP with the commands of README.md');
  const { commands, output } = await runReadme(lab, 'http');
  show(commands);
  show(`\n${output}`);
  say('Asking the frontend "web" 20 times');
  const counts = count(await askWeb(lab, 20));
  show(inWords(counts));
  check(counts.get('nginx1') === 10 && counts.get('nginx2') === 10, 'the requests were not spread evenly');
}

async function showApi(lab: Lab): Promise<void> {
  say('Looking at the servers, taking one out by hand and back in, comparing versions, rolling back');
  for (const name of ['look', 'override', 'versions']) show((await runReadme(lab, name)).commands);
}

async function showTcp(lab: Lab): Promise<void> {
  say('Configuring TCP with the commands of README.md');
  show((await runReadme(lab, 'tcp')).commands);
  say('Asking 6 times for select @@server_id through the frontend "sql"');
  const ids = await askServerIds(lab, 6);
  show(ids.join(' '));
  check(ids.every((id, index) => id !== ids[index + 1]) && new Set(ids).size === 2, 'the server ids do not alternate');
}

async function showLostServer(lab: Lab): Promise<void> {
  say('Stopping nginx1 under load, waiting until it is DOWN, starting it again, waiting until it is UP');
  const { load, downAfter, upAfter } = await loseAndRegainServer(lab);
  show(`DOWN ${downAfter} ms after it was stopped, UP ${upAfter} ms after it was started again`);
  show(`${load.requests} requests: ${inWords(load.answers)}; failed: ${load.failures.length}`);
  check(load.failures.length === 0, `requests failed: ${load.failures.map((failure) => failure.reason).join(', ')}`);
}

/** Rejects at Ctrl-C or SIGTERM, so that every step is left and everything is ended; a second Ctrl-C changes nothing. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error('interrupted')));
});
interrupted.catch(() => undefined);

async function runLab(): Promise<void> {
  const starting = startLab(say);
  await using lab = await Promise.race([starting, interrupted]).catch(async (error: unknown) => {
    await (await starting)[Symbol.asyncDispose]();
    throw error;
  });
  const steps = async () => {
    await showHttp(lab);
    await showApi(lab);
    await showTcp(lab);
    await showLostServer(lab);
  };
  await Promise.race([steps(), interrupted]);
  say('Everything is as it should be');
  if (!keep) return;
  show(
    `REST API ${apiOf(lab)}/docs\nweb      ${webOf(lab)}\nsql      127.0.0.1:${lab.ports.sql} (user lab, password lab)`,
  );
  show('\nCtrl-C ends the lab.');
  await interrupted.catch(() => undefined);
}

try {
  await runLab();
  process.exit(0);
} catch (error) {
  console.error(`\n\u2717 ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
