/** What the lab shows, step by step. `npm run lab` tells of each in words; the end-to-end tests assert the results. */
import { type Lab, portsForReadme } from './lab.ts';
import { type LoadResult, runLoad } from './load.ts';
import { queryMariadb } from './mariadb.ts';
import { runReadmeCommands } from './readme-commands.ts';
import { api } from './sluice.ts';
import { waitUntil } from './wait-until.ts';

export const apiOf = (lab: Lab) => `http://127.0.0.1:${lab.ports.api}`;
export const webOf = (lab: Lab) => `http://127.0.0.1:${lab.ports.web}`;

/** Runs one block of commands of README.md on the ports of the lab. */
export function runReadme(lab: Lab, name: string): Promise<{ commands: string; output: string }> {
  return runReadmeCommands(name, portsForReadme(lab));
}

/** Asks the frontend `web` this often, each time on a new connection; answers who answered, in order. */
export async function askWeb(lab: Lab, times: number): Promise<string[]> {
  const answers: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const response = await fetch(webOf(lab), { headers: { connection: 'close' } });
    answers.push(response.ok ? (await response.text()).trim() : `status ${response.status}`);
  }
  return answers;
}

/** The server ids behind the TCP frontend, in the order of the connections made. */
export async function askServerIds(lab: Lab, times: number): Promise<string[]> {
  const ids: string[] = [];
  for (let time = 0; time < times; time += 1) ids.push(await queryMariadb(lab.ports.sql, 'select @@server_id'));
  return ids;
}

/** The state of a web server as the API tells it: "up", "down", ...; undefined while the node is not connected. */
export async function stateOf(lab: Lab, server: string): Promise<string | undefined> {
  const path = `/v1/backends/app/servers/${server}`;
  const { status } = await api<{ status: { nodes: { state: string }[] } }>(apiOf(lab), 'GET', path);
  return status.nodes[0]?.state;
}

/** Resolves once the API tells this state of the server; answers how long it took, in ms. */
export async function waitForState(lab: Lab, server: string, state: string): Promise<number> {
  const start = performance.now();
  await waitUntil(`server ${server} to be ${state}`, async () => (await stateOf(lab, server)) === state);
  return Math.round(performance.now() - start);
}

export interface LostServer {
  load: LoadResult;
  /** From the end of the server to its mark "down" and from its return to "up", in ms. */
  downAfter: number;
  upAfter: number;
}

/** Under load: stops nginx1, waits until it is marked down, starts it again, waits until it is marked up. */
export async function loseAndRegainServer(lab: Lab, users = 8): Promise<LostServer> {
  const end = new AbortController();
  const load = runLoad({ url: webOf(lab), users, signal: end.signal });
  try {
    await lab.nginx.nginx1.stop('SIGTERM');
    const downAfter = await waitForState(lab, 'nginx1', 'down');
    await lab.startNginx('nginx1');
    const upAfter = await waitForState(lab, 'nginx1', 'up');
    end.abort();
    return { load: await load, downAfter, upAfter };
  } finally {
    end.abort();
    await load;
  }
}
