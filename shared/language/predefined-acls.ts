/** The ACLs that need not be defined (configuration manual 2.6, section 7.4). */
import { type AclExpression, type AclFields, parseAcl } from './parse-acl.ts';

const definitions: Readonly<Record<string, AclFields>> = {
  FALSE: { criterion: 'always_false' },
  HTTP: { criterion: 'req.proto_http' },
  'HTTP_1.0': { criterion: 'req.ver', values: ['1.0'] },
  'HTTP_1.1': { criterion: 'req.ver', values: ['1.1'] },
  'HTTP_2.0': { criterion: 'req.ver', values: ['2.0'] },
  HTTP_CONTENT: { criterion: 'req.hdr_val(content-length)', values: ['gt', '0'] },
  HTTP_URL_ABS: { criterion: 'url_reg', values: ['^[^/:]*://'] },
  HTTP_URL_SLASH: { criterion: 'url_beg', values: ['/'] },
  HTTP_URL_STAR: { criterion: 'url', values: ['*'] },
  LOCALHOST: { criterion: 'src', values: ['127.0.0.1/8', '::1'] },
  METH_CONNECT: { criterion: 'method', values: ['CONNECT'] },
  METH_DELETE: { criterion: 'method', values: ['DELETE'] },
  METH_GET: { criterion: 'method', values: ['GET', 'HEAD'] },
  METH_HEAD: { criterion: 'method', values: ['HEAD'] },
  METH_OPTIONS: { criterion: 'method', values: ['OPTIONS'] },
  METH_POST: { criterion: 'method', values: ['POST'] },
  METH_PUT: { criterion: 'method', values: ['PUT'] },
  METH_TRACE: { criterion: 'method', values: ['TRACE'] },
  RDP_COOKIE: { criterion: 'req.rdp_cookie_cnt', values: ['gt', '0'] },
  REQ_CONTENT: { criterion: 'req.len', values: ['gt', '0'] },
  TRUE: { criterion: 'always_true' },
  WAIT_END: { criterion: 'wait_end' },
};

/** What a predefined ACL tests, by its name. */
export const predefinedAcls: ReadonlyMap<string, AclExpression> = new Map(
  Object.entries(definitions).map(([name, fields]) => [name, parseAcl(fields)]),
);
