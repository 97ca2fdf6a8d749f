/** Reads the text of a haproxy.cfg in tests: files that it names are given by path. */
import { findConfigViolations } from '../../../../shared/haproxy-cfg/find-config-violations.ts';
import type { CfgReading } from '../../../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { readHaproxyCfg } from '../../../../shared/haproxy-cfg/read-haproxy-cfg.ts';

export const sorry = 'HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nsorry\n';

export function readText(
  text: string,
  files: Readonly<Record<string, string>> = { '/errors/503.http': sorry },
  environment: Readonly<Record<string, string>> = {},
): CfgReading {
  return readHaproxyCfg({
    findViolations: findConfigViolations,
    files: [{ name: 'test.cfg', text }],
    facts: {
      version: '2.6.12',
      features: new Set(),
      enabled: new Set(),
      openssl: '3.0.0',
      sslLibrary: 'OpenSSL 3.0.0',
      environment,
    },
    environment,
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error('no such file');
      return content;
    },
  });
}

/** The messages as "severity line: text". */
export function messages(reading: CfgReading): string[] {
  return reading.diagnostics.map(({ severity, line, text }) => `${severity} ${line}: ${text}`);
}
