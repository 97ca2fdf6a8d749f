/** The requests that expressions are asked about, and what is asked of each. */

export interface CaseRequest {
  readonly line: string;
  readonly fields: readonly string[];
}

export const requests: readonly CaseRequest[] = [
  {
    line: 'GET /p/a/th.html?a=1&b=2;c=x%20y&a=3&empty=&=v',
    fields: [
      'Host: www.Example.com:80',
      'X-List: one, two ,three,,"q,uo", four',
      'X-List: five',
      'Cookie: a=1; b=2; a=3',
      'Cookie: sid="x y"; e=',
      'X-Ip: 10.1.2.3, [::1]:80, 1.2.3.4:99, bad',
      'X-Num: 12, -5x, abc, 0x10',
      'Accept-Language: de-at;q=0.5, en;q=0.9, fr',
      'Authorization: Basic am9lOnNlY3JldDp4',
    ],
  },
  {
    line: 'POST /',
    fields: [
      'Host: h',
      'Content-Length: 0',
      'Authorization: Bearer  abc.def ',
      'X-Empty:',
      'X-Utf: é',
      'Cookie: ;;a=1;  b = 2 ,c=3',
      'User-Agent: Moz, (x; y) "z',
    ],
  },
  { line: 'GET http://10.1.1.1:8080/abs/path?x=1', fields: ['Host: 10.1.1.1:8080'] },
  { line: 'OPTIONS *', fields: ['Host: x'] },
  { line: 'GET /p;a=5?q', fields: ['Host: x', 'X-List: ,', 'Cookie: a', 'X-Ip: 10.0.0.1'] },
];

const fieldNames = ['x-list', 'x-ip', 'x-num', 'cookie', 'x-empty', 'absent', 'user-agent', 'x-utf'];
const cookieNames = ['a', 'b', 'c', 'e', 'sid', 'none'];
const parameterNames = ['a', 'b', 'c', 'empty', 'none', 'q', 'x'];

const ofField = (name: string) => [
  ...['', ',1', ',2', ',4', ',5', ',-2', ',0'].map((occurrence) => `req.hdr(${name}${occurrence})`),
  ...['', ',1', ',-2'].map((occurrence) => `req.fhdr(${name}${occurrence})`),
  ...['', ',1', ',2', ',3'].map((occurrence) => `req.hdr_ip(${name}${occurrence})`),
  ...['', ',1', ',2'].map((occurrence) => `req.hdr_val(${name}${occurrence})`),
  `req.hdr_cnt(${name})`,
  `req.fhdr_cnt(${name})`,
  `hdr(${name}),length`,
];

export const requestExpressions: readonly string[] = [
  ...['path', 'pathq', 'query', 'url', 'base', 'baseq', 'base32', 'url32', 'base32+src,hex', 'url32+src,hex'],
  ...['method', 'req.ver', 'url_ip', 'url_port', 'req.body_size', 'req.hdr_names', 'req.hdr_names(;)'],
  ...['http_auth_type', 'http_auth_user', 'http_auth_pass', 'http_auth_bearer', 'http_auth_bearer(x-list)'],
  ...['capture.req.method', 'capture.req.uri', 'capture.req.ver', 'req.proto_http', 'unique-id', 'wait_end'],
  ...['src', 'fc_src', 'dst', 'src_is_local', 'dst_is_local', 'fc_http_major', 'fc_rcvd_proxy', 'fe_name', 'fe_defbe'],
  ...['ssl_fc', 'ssl_fc_sni', 'ssl_fc_has_crt', 'ssl_fc_has_sni', 'ssl_fc_cipher', 'ssl_fc_is_resumed', 'ssl_c_used'],
  ...[
    'verify',
    's_dn',
    's_dn(CN)',
    'i_dn(OU,2)',
    'serial,hex',
    'sha1,hex',
    'err',
    'ca_err_depth',
    'version',
    'notafter',
    'der',
  ].map((what) => `ssl_c_${what}`),
  ...['nbproc', 'proc', 'stopping', 'nbsrv(app)', 'srv_is_up(app/s1)', 'be_conn(app)', 'queue(app)', 'fe_conn'],
  ...['srv_conn(app/s1)', 'srv_weight(app/s1)', 'srv_conn_free(app/s1)', 'connslots(app)', 'fe_client_timeout'],
  ...fieldNames.flatMap(ofField),
  ...cookieNames.flatMap((name) => [`req.cook(${name})`, `req.cook_cnt(${name})`, `req.cook_val(${name})`]),
  ...parameterNames.flatMap((name) => [`urlp(${name})`, `url_param(${name},;)`, `urlp_val(${name})`]),
  ...['req.hdr', 'req.hdr_cnt', 'req.fhdr_cnt', 'req.hdr_val', 'req.cook', 'req.cook_cnt', 'urlp', 'urlp_val'],
  ...['req.hdr(host),host_only', 'req.hdr(host),port_only', 'req.hdr(HOST),upper', 'path,lower', 'path,length,add(5)'],
  ...['req.fhdr(accept-language),language(de;en)', 'req.fhdr(accept-language),language(de;it,xx)'],
  ...['query,url_dec', 'query,url_dec(1)', 'url,word(2,/)', 'url,field(3,/)', 'path,bytes(1,3)', 'path,base64'],
  ...[
    'path,sha1,hex',
    'src,ipmask(8)',
    'src,ipmask(24),hex',
    'path,regsub(/,_,g)',
    "url,regsub('([a-z]+)=([0-9]+)','\\2=\\1',g)",
  ],
];

export const acls: readonly string[] = [
  ...['path /p/a/th.html', 'path -i /P/A/TH.HTML', 'path_beg /p', 'path_beg /x /y /z /p /q', 'path_end html'],
  ...['path_end .a .b .c .d .html', 'path_sub a', 'path_dir a', 'path_dir p/a', 'path_len 1', 'path_len gt 5'],
  ...['path_reg ^/p.*l$', 'path_reg -i HTML', 'path_dom a', 'url_beg http', 'url_reg ^[^/:]*://', 'url *'],
  ...['base_beg www', 'base_sub -i EXAMPLE', 'hdr(x-list) two', 'hdr(x-list) five', 'hdr(x-list) -m found'],
  ...[
    'hdr_cnt(x-list) gt 3',
    'hdr_cnt(x-list) 7',
    'hdr_ip(x-ip) 10.0.0.0/8',
    'hdr_ip(x-ip) ::1',
    'hdr_ip(x-ip) 1.2.3.4',
  ],
  ...['hdr_val(x-num) 12', 'hdr_val(x-num) lt 0', 'hdr_val(x-num) 0', 'hdr_val(content-length) 0', 'hdr_len(x-list) 0'],
  ...['hdr_len(x-list) 3', 'hdr(x-empty) -m found', 'hdr(x-empty) -m len 0', 'hdr(absent) -m found'],
  ...[
    'hdr_dom(host) -i example.com',
    'hdr_dom(host) 80',
    'hdr_end(host) :80',
    'hdr_reg(x-list) ^t',
    'hdr_sub(cookie) b=2',
  ],
  ...[
    'cook(a) 1',
    'cook(a) 3',
    'cook(a) -m found',
    'cook(e) -m found',
    'cook -m found',
    'cook_cnt(a) 2',
    'cook_val(b) 2',
  ],
  ...['urlp(a) 1', 'urlp(a) 3', 'urlp(empty) -m found', 'urlp_beg(c) x', 'urlp_val(b) ge 2', 'urlp -m found'],
  ...['method GET', 'method get', 'method -i get', 'method POST OPTIONS', 'src 127.0.0.1', 'src 127.0.0.0/8'],
  ...[
    'src 10.0.0.0/8 ::1',
    'src 127.1',
    'src ::ffff:127.0.0.1',
    'src ::ffff:0:0/96',
    'src_port gt 1000',
    'dst 127.0.0.1',
  ],
  ...['dst_port lt 1', 'always_true', 'always_false', 'path,lower -m beg /P', 'path,length gt 3', 'path,length 1:3 17'],
  ...[
    'src -m str 127.0.0.1',
    'src -m beg 127',
    'src,ipmask(8) 127.0.0.0',
    'ipv4(0.0.0.127) 127',
    'ipv4(10.0.0.5) 0/0',
    'ipv4(0.0.0.9) 10/8',
    'ipv4(1.2.3.4) 16909060',
    'ipv4(1.2.3.4) 1.2.772',
    'ipv4(127.0.7.1) 127.1/255.255.0.0',
    'ipv4(9.9.9.7) 127.0.0.7/0.0.0.255',
    'ipv4(9.9.9.8) 127.0.0.7/0.0.0.255',
    'src ::127.0.0.1',
    'src ::ffff:127.0.0.1',
    'ipv6(::127.0.0.1) ::ffff:127.0.0.1',
    'ipv6(::127.0.0.1) 127.0.0.1',
    'ipv6(2002:7f00:1::) 127.0.0.0/8',
    'ipv6(::127.0.0.1) 127.0.0.7/255.0.0.255 ::127.0.0.1',
    'path -m len 1',
    'path -m bool',
    'urlp(b) -m bool',
  ],
  ...['urlp(b) -m int 2', 'urlp(b) -m int 1:3', 'path,hex -m bin 32', 'urlp(b) -m bin 32', 'urlp(b) -m ip 1.2.3.4'],
  ...[
    'hdr(x-ip) -m ip 10.1.2.3',
    'query -m found',
    'query -m sub b=2',
    'req.ver 1.1',
    'always_true,not',
    'int(5) gt 4',
  ],
  ...[
    'int(5) le 4',
    'int(-5) -- -5',
    'int(5) :4',
    'int(5) 4:',
    'bool(0)',
    'str(a) a',
    'str(AbC) -i aBc',
    'bin(4142) -m str AB',
  ],
  ...[
    'bin(4142) -m bin 4142',
    'ipv4(1.2.3.4) 1.2.3.0/24',
    'ipv6(2002:0102:0304::1) 1.2.3.4',
    'ipv6(::1.2.3.4) 1.2.3.4',
  ],
  ...['fe_conn gt 0', 'path_end -- -i', 'path_beg -i -- /P', 'path,lower,length gt 3', 'wait_end', 'ssl_fc'],
];

/** Names that stand for ACLs without being defined. */
export const predefined = [
  ...['FALSE', 'HTTP', 'HTTP_1.0', 'HTTP_1.1', 'HTTP_CONTENT', 'HTTP_URL_ABS', 'HTTP_URL_SLASH', 'HTTP_URL_STAR'],
  ...['LOCALHOST', 'METH_GET', 'METH_HEAD', 'METH_OPTIONS', 'METH_POST', 'TRUE', 'WAIT_END'],
];

/** ACLs that HAProxy refuses, and so does Sluice. */
export const refusedAcls: readonly string[] = [
  ...['req.hdr(x),hex -m bin 5', 'bin(aa) x', 'src 1.2.3.4/33', 'src -n xyz.invalid', 'dst_port x', 'dst_port 5.1'],
  ...[
    'path -m nope x',
    'path -z x',
    'path_reg (',
    'var(txn.x) a',
    'var(foo.x) -m str a',
    'nonsense x',
    'path,nonsense x',
  ],
  ...['path(x) y', 'int(5),ipmask(33) 1.1.1.1', 'always_true,ipmask(24) 1.1.1.1', 'bin(35),add(1) 5'],
];
