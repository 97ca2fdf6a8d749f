/** Which proxy, socket, server and rule a request met, and what rules have set for it. */
import { ask, type Case } from './cases.ts';

const shown = (names: readonly string[]) => names.map((name) => `${name}=<%[${name}]>`).join(' ');
const told = (names: readonly string[]) =>
  `http-request return status 200 content-type text/plain lf-string "${shown(names)}"`;

/** HAProxy forgets `Connection: close`: in HTTP/1.0 it need not be said. */
const longRequest = (length: number) =>
  `GET /${length} HTTP/1.0\r\nHost: a\r\nX-Long: ${'a'.repeat(length)}\r\nX-B: b\r\n\r\n`;
const gets = (...paths: string[]) => paths.map((path) => ask(`GET ${path}`));

const site = (
  name: string,
  frontend: readonly string[],
  backend: readonly string[],
  requests: readonly string[],
): Case => ({
  name,
  frontend,
  backend,
  requests,
});

const everywhere = ['fe_id', 'so_id', 'prio_class', 'prio_offset', 'last_rule_line'];
const inBackends = [...everywhere, 'be_id', 'be_name', 'cur_server_timeout', 'cur_tunnel_timeout'];
const inResponses = [...inBackends, 'srv_id', 'srv_name', 'bc_err', 'bc_err_str'];

const priorities = ['-7', '2047', '2048', '-2048', '524287', '524288', '-600000', '99999999999'];

export const originCases: readonly Case[] = [
  site('in a frontend', [told(everywhere)], [], gets('/')),
  site('in a backend', [], [told(inBackends)], gets('/')),
  site('with numbers of its own', ['id 4711'], ['id 4712', told(inBackends)], gets('/')),
  site(
    'in a response',
    [],
    [
      'timeout tunnel 9s',
      'server s0 127.0.0.1:9 id 2 weight 0',
      `http-response set-header X-Shown "${shown(inResponses)}"`,
    ],
    gets('/'),
  ),
  site(
    'with timeouts of a rule',
    [],
    [
      'timeout tunnel 9s',
      'http-request set-timeout server 4s if { path_beg /s }',
      'http-request set-timeout tunnel 3s if { path_end /t }',
      told(['cur_server_timeout', 'cur_tunnel_timeout']),
    ],
    gets('/', '/s', '/s/t', '/t'),
  ),
  site(
    'with the last rule',
    [
      'tcp-request content set-var(txn.a) int(1)',
      'tcp-request content accept if { path_beg /tcp }',
      'http-request set-header X-A a',
      'http-request allow if { path_beg /front }',
      'http-request redirect location /elsewhere if { path /redirect }',
      'http-request deny if { path /deny }',
      'http-request return status 200 if { path_end /return }',
      'http-request auth if { path_end /auth }',
      'http-request tarpit if { path_end /tarpit }',
      'http-response return status 202 if { capture.req.uri -m end /replaced }',
      'http-response redirect location /elsewhere if { capture.req.uri -m end /moved }',
      'http-response deny if { capture.req.uri -m end /refused }',
      'http-response set-header X-Line "%[last_rule_line] %[res.hdr(x-one)]"',
      'http-response allow if { status 500 }',
      'http-after-response set-header X-After "%[last_rule_line]"',
      'log-format "%[last_rule_line] %ST"',
    ],
    [
      'http-request allow if { path_end /back }',
      'http-response allow if { status 404 }',
      'redirect location /more if { path /line }',
    ],
    gets(
      '/',
      '/tcp',
      '/front',
      '/front/back',
      '/redirect',
      '/deny',
      '/back',
      '/404',
      '/line',
      '/tcp/line',
      '/return',
      '/auth',
      '/tarpit',
    ).concat(gets('/replaced', '/moved', '/refused', '/front/replaced', '/front/refused', '/tcp/return')),
  ),
  site(
    'with heads as bytes',
    [told(['req.hdrs_bin,hex', 'req.hdrs_bin,length', 'fc_err', 'fc_err_str', 'fc_pp_authority', 'fc_pp_unique_id'])],
    [],
    [0, 239, 240, 241, 2_287, 2_288, 2_289, 5_000].map(longRequest),
  ),
  site(
    'with a response as bytes',
    [],
    [
      `http-response set-header X-Shown "${shown(['res.hdrs_bin,hex', 'res.cache_hit', 'res.cache_name', 'res.comp', 'res.comp_algo'])}"`,
    ],
    gets('/'),
  ),
  ...priorities.map((value) =>
    site(
      `priority ${value}`,
      [
        `http-request set-priority-class int(${value})`,
        `http-request set-priority-offset int(${value})`,
        told(['prio_class', 'prio_offset']),
      ],
      [],
      gets('/'),
    ),
  ),
  site(
    'priorities without a number',
    [
      'tcp-request content set-priority-class int(5)',
      'tcp-request content set-priority-offset int(-9)',
      'http-request set-priority-class req.hdr(x-list) if { path /a }',
      'http-request set-priority-class req.hdr(none) if { path /b }',
      'http-request set-priority-offset url_param(n)',
      told(['prio_class', 'prio_offset']),
    ],
    [],
    gets('/', '/a', '/b', '/?n=3', '/?n=x', '/?n=-3s'),
  ),
];
