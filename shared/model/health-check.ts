/** How the servers of a backend are checked (option httpchk and plain TCP checks). */
import { type Static, Type } from 'typebox';
import { closedObject, headerValuePattern } from './fields.ts';
import { headerNamePattern } from './vocabulary.ts';

export const tcpCheckSchema = closedObject(
  { type: Type.Literal('tcp') },
  { title: 'TcpCheck', description: 'The server is up when it accepts a connection.' },
);

export const httpCheckSchema = closedObject(
  {
    type: Type.Literal('http'),
    method: Type.Optional(Type.String({ pattern: '^[A-Z]{1,20}$', description: 'Default: "OPTIONS".' })),
    uri: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,4096}$', description: 'Default: "/".' })),
    version: Type.Optional(
      Type.Union([Type.Literal('HTTP/1.0'), Type.Literal('HTTP/1.1')], {
        description: 'Default: "HTTP/1.0", or "HTTP/1.1" when a Host header is given.',
      }),
    ),
    headers: Type.Optional(
      Type.Array(
        closedObject({
          name: Type.String({ pattern: headerNamePattern }),
          value: Type.String({ pattern: headerValuePattern, maxLength: 8_192 }),
        }),
        { description: 'Header fields to send.', maxItems: 50 },
      ),
    ),
    expect: Type.Optional(
      closedObject(
        {
          status: Type.String({
            pattern: '^[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*$',
            description: 'Statuses and ranges of them that count as healthy, such as "200-299,304".',
          }),
        },
        { description: 'What a healthy server answers. Default: a status from 200 to 399.' },
      ),
    ),
  },
  { title: 'HttpCheck', description: 'The server is up when it answers a request as expected (option httpchk).' },
);

export const healthCheckSchema = Type.Union([tcpCheckSchema, httpCheckSchema], {
  discriminator: { propertyName: 'type' },
  title: 'HealthCheck',
  description: 'How the servers with "check" are checked. Default: {"type": "tcp"}.',
});
export type HttpCheck = Static<typeof httpCheckSchema>;
export type HealthCheck = Static<typeof healthCheckSchema>;
