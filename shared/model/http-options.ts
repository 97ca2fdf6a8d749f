/** Options of HTTP proxies on both sides: how connections are kept, what servers are told of clients, error pages. */
import { type Static, Type } from 'typebox';
import { errorPagesField } from './error-file.ts';
import { closedObject } from './fields.ts';
import { headerNamePattern } from './vocabulary.ts';

export const httpConnectionModes = ['http-keep-alive', 'http-server-close', 'httpclose'] as const;
export type HttpConnectionMode = (typeof httpConnectionModes)[number];

export const httpConnectionModeField = Type.Union(
  [Type.Literal('http-keep-alive'), Type.Literal('http-server-close'), Type.Literal('httpclose')],
  {
    description:
      'What becomes of connections after a response: "http-keep-alive" keeps both sides; "http-server-close" closes the side of the server; "httpclose" closes that side too, and that of the client where the frontend says it. Of frontend and backend the one that closes more wins. Default: "http-keep-alive".',
  },
);

export const originaltoSchema = closedObject(
  {
    except: Type.Optional(
      Type.String({
        description: 'Add nothing for connections to an address in this IP network.',
        examples: ['127.0.0.1'],
      }),
    ),
    header: Type.Optional(
      Type.String({ pattern: headerNamePattern, description: 'Name of the header field. Default: "X-Original-To".' }),
    ),
  },
  {
    title: 'Originalto',
    description: 'Adds the address that the client connected to as a header field to requests (option originalto).',
  },
);
export type Originalto = Static<typeof originaltoSchema>;

export const httpIgnoreProbesField = Type.Boolean({
  description:
    'Whether a connection on which no byte came before the timeout ends without the answer 408, as browsers that connect ahead of need expect (option http-ignore-probes). Default: false.',
});

const part = (description: string, fallback: string) =>
  Type.Optional(Type.Boolean({ description: `${description} Default: ${fallback}.` }));

export const forwardedSchema = closedObject(
  {
    proto: part('Tell the protocol, "http" or "https".', 'true'),
    host: part('Tell the Host of the request.', 'false'),
    by: part('Tell the address that the client connected to.', 'false'),
    for: part('Tell the address of the client.', 'true'),
  },
  {
    title: 'Forwarded',
    description: 'Adds a Forwarded header field (RFC 7239) to requests (option forwarded).',
  },
);
export type Forwarded = Static<typeof forwardedSchema>;

export const httpBufferRequestField = Type.Boolean({
  description:
    'Whether the rules, and the server, wait until the whole body of a request has come, or tune.bufsize bytes of it (option http-buffer-request); longer than timeouts.httpRequest of the frontend is answered with 408. Default: false.',
});

export const headerNamePolicies = ['preserve', 'delete', 'reject'] as const;
export type HeaderNamePolicy = (typeof headerNamePolicies)[number];

export const httpRestrictReqHdrNamesField = Type.Union(
  [Type.Literal('preserve'), Type.Literal('delete'), Type.Literal('reject')],
  {
    description:
      'What becomes of a request whose header fields have names with other characters than letters, digits and "-", once the http-request rules of the proxy have let it pass: "preserve" lets it pass, "delete" takes those fields away, "reject" answers with 403 (option http-restrict-req-hdr-names). Default: "preserve".',
  },
);

/** The options a frontend, a backend and defaults share. */
export const httpOptions = {
  httpBufferRequest: Type.Optional(httpBufferRequestField),
  httpConnectionMode: Type.Optional(httpConnectionModeField),
  httpRestrictReqHdrNames: Type.Optional(httpRestrictReqHdrNamesField),
  originalto: Type.Optional(originaltoSchema),
  forwarded: Type.Optional(forwardedSchema),
  errorPages: Type.Optional(errorPagesField),
};
