import { mkdtempSync, writeFileSync } from 'node:fs';
import { Dice } from './dice.ts';
import { generateSite } from './generate-sites.ts';
import { siftSites } from './refusals.ts';
import { findPorts } from './run-sites.ts';
import { findDifferences, shrink } from './shrink.ts';
import { writeFileOf } from './site.ts';

const seed = Number(process.argv[2] ?? 1),
  count = Number(process.argv[3] ?? 100),
  most = Number(process.argv[4] ?? 50);
const dice = new Dice(seed);
const t0 = performance.now();
const given = Array.from({ length: count }, () => generateSite(dice));
console.log(
  'generated',
  performance.now() - t0,
  'lines',
  given.reduce((n, s) => n + s.frontend.length + s.backends.flat().length, 0),
);
const ports = await findPorts(count);
const { sites, compared, refusals } = siftSites('/usr/sbin/haproxy', mkdtempSync('/tmp/diff-'), given, ports, most);
console.log('sifted', performance.now() - t0, compared, refusals.length);
const show = [];
for (const r of refusals)
  if (!/not supported|not got/.test(r.message)) show.push(`${r.by}: ${r.line}\n     ${r.message}`);
writeFileSync('/tmp/t/o1', 'x\nx\n' + show.join('\n') + '\n');
writeFileSync('/tmp/t/run.cfg', writeFileOf(sites, ports).text);
const pair = [
  { command: '/usr/sbin/haproxy', parameters: ['-db'] },
  { command: 'bin/sluice', parameters: ['-db'] },
] as const;
const differences = await findDifferences(pair, sites);
console.log('run', performance.now() - t0);
const failing = sites.filter((_s, i) => differences[i] !== undefined);
console.log('differ', failing.length, 'of', sites.length);
const from = Number(process.argv[5] ?? 0),
  to = Number(process.argv[6] ?? 12);
const raw = process.env['RAW'] !== undefined;
const chosen = failing.slice(from, to);
const small = raw ? chosen : await shrink(pair, chosen);
const finals = raw ? differences.filter((d) => d !== undefined).slice(from, to) : await findDifferences(pair, small);
const out: string[] = [];
small.forEach((site, index) => {
  const d = finals[index];
  const lines = writeFileOf([site], ports)
    .lines.map((l) => l.text)
    .filter((t) => t.trim() !== '' && !/^ timeout|log global|mode http|nbthread|^global|^ log 1|^ bind/.test(t));
  const text = lines.join('\n').replaceAll(/\nbackend [^\n]*\n server s1 [^\n]*(?=\n|$)/g, '');
  const show = (x: unknown) => JSON.stringify(x)?.replace(/"answers":|"received":|"fields":|"body":""/g, '') ?? '-';
  const own = text
    .split('\n')
    .filter((l) => !/^(defaults|frontend f0|backend)|default_backend/.test(l) || /^backend/.test(l));
  out.push(
    `##### ${d?.what}\n${own.join('\n')}\n${(raw ? [site.connections[d?.connection ?? 0] ?? []] : site.connections).map((c) => c.map((e) => [e.line, ...e.fields, e.body].filter((x) => x && x !== 'Host: h').join(' | ') + ' <- ' + [e.answer.line + (e.answer.closes ? ' (closes)' : ''), ...e.answer.fields].join(' | ')).join('\n')).join('\n')}\nH ${show(d?.haproxy)}\nS ${show(d?.sluice)}\n`,
  );
});
writeFileSync('/tmp/t/o2', out.join('\n'));
console.log('done', performance.now() - t0);
process.exit(0);
