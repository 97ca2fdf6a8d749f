/** `node test/bench/check-speed.ts`: the CPU time of `-c` on a file of 20,000 lines, beside that of haproxy. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from '../../lab/programs.ts';
import { repository } from '../../lab/sluice.ts';

const backends = 1_540;
const runs = 7;

const head = `global
  maxconn 1000
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
frontend web
  bind 127.0.0.1:18080`;

const indexes = Array.from({ length: backends }, (_, index) => index);

/** Thirteen lines for each backend: an ACL and a use_backend in the frontend, rules, checks and five servers. */
function generate(): string {
  const rules = indexes.map(
    (index) => `  acl is_${index} path_beg /app${index}/ /application${index}/
  use_backend app${index} if is_${index} !{ method POST }`,
  );
  return [head, ...rules, '  default_backend app0', ...indexes.map(backend), ''].join('\n');
}

function backend(index: number): string {
  const servers = Array.from(
    { length: 5 },
    (_, server) =>
      `  server s${server} 10.${index >> 8}.${index & 255}.${server + 1}:8080 check inter 2s fall 3 weight 10`,
  );
  return `# team ${index}
backend app${index}
  balance roundrobin
  option httpchk GET /health
  acl local src 10.0.0.0/8
  http-request deny if local
${servers.join('\n')}`;
}

/** The least CPU time (ms) of several runs, children included; the machine is shared. */
function cpuTime(program: string, args: readonly string[]): number {
  const times = Array.from({ length: runs }, () => {
    const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$0" "$@" > /dev/null', program, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (timed.status !== 0) throw new Error(`${program} refuses the file: ${timed.stderr}`);
    const [user = 0, system = 0] = timed.stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
    return (user + system) * 1_000;
  });
  return Math.round(Math.min(...times));
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-check-speed-'));
try {
  const [large, small] = [join(folder, 'large.cfg'), join(folder, 'small.cfg')];
  const text = generate();
  writeFileSync(large, text);
  writeFileSync(small, `${head}\n`);
  const [haproxy, sluice] = [programPath('haproxy'), join(repository, 'bin/sluice')];
  const theirs = [cpuTime(haproxy, ['-c', '-f', small]), cpuTime(haproxy, ['-c', '-f', large])] as const;
  const ours = [cpuTime(sluice, ['-c', '-f', small]), cpuTime(sluice, ['-c', '-f', large])] as const;
  const ratio = (a: number, b: number) => (a / b).toFixed(1);
  console.log(`${text.split('\n').length - 1} lines, least of ${runs} runs, ms of CPU: haproxy, sluice, ratio`);
  console.log(`whole run       ${theirs[1]} ${ours[1]} ${ratio(ours[1], theirs[1])}`);
  console.log(`9 lines         ${theirs[0]} ${ours[0]} ${ratio(ours[0], theirs[0])}`);
  console.log(
    `the difference  ${theirs[1] - theirs[0]} ${ours[1] - ours[0]} ${ratio(ours[1] - ours[0], theirs[1] - theirs[0])}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
