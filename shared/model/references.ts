/** Who refers to whom: the resources that name a given backend, defaults, peers, error file or userlist. */

import type { Config } from './config.ts';

/** Paths of the resources that refer to the backend, such as "/frontends/web/backend-switching-rules/api". */
export function referencesToBackend(config: Config, name: string): string[] {
  return config.frontends.flatMap((frontend) => {
    const path = `/frontends/${frontend.name}`;
    const rules = (frontend.backendSwitchingRules ?? [])
      .filter((rule) => rule.backend === name)
      .map((rule) => `${path}/backend-switching-rules/${rule.name}`);
    return frontend.defaultBackend === name ? [path, ...rules] : rules;
  });
}

/** Paths of the frontends and backends that take the defaults. */
export function referencesToDefaults(config: Config, name: string): string[] {
  return [
    ...config.frontends.filter((item) => item.from === name).map((item) => `/frontends/${item.name}`),
    ...config.backends.filter((item) => item.from === name).map((item) => `/backends/${item.name}`),
  ];
}

/** Paths of the proxies and defaults in which an expression asks the userlist. */
export function referencesToUserlist(config: Config, name: string): string[] {
  return (['defaults', 'frontends', 'backends'] as const).flatMap((field) =>
    config[field].filter((item) => userlistsNamedBy(item).has(name)).map((item) => `/${field}/${item.name}`),
  );
}

/** Names of the userlists that the expressions of a proxy ask, and perhaps some that they only mention. */
export function userlistsNamedBy(proxy: object): Set<string> {
  const calls = JSON.stringify(proxy).matchAll(/http_auth(?:_group)?\([\s\\"']*([A-Za-z0-9_.:-]+)/g);
  return new Set([...calls].map(([, name = '']) => name));
}

/** Paths of the proxies and defaults that answer with the error file, and of the rules that do. */
export function referencesToErrorFile(config: Config, name: string): string[] {
  const pages = (['defaults', 'frontends', 'backends'] as const).flatMap((field) =>
    config[field]
      .filter((item) => item.errorPages?.some((page) => page.errorfile === name))
      .map((item) => `/${field}/${item.name}`),
  );
  const rules = (['defaults', 'frontends', 'backends'] as const).flatMap((field) =>
    config[field].flatMap((item) => {
      const answering = (segment: string, list: readonly { name: string; errorfile?: string }[] | undefined) =>
        (list ?? [])
          .filter(({ errorfile }) => errorfile === name)
          .map((rule) => `/${field}/${item.name}/${segment}/${rule.name}`);
      return [
        ...answering('http-request-rules', item.httpRequestRules),
        ...answering('http-response-rules', item.httpResponseRules),
      ];
    }),
  );
  return [...pages, ...rules];
}

/** Paths of the proxies whose stick table names the peers; rules that name its tables are told when it goes. */
export function referencesToPeers(config: Config, name: string): string[] {
  return (['frontends', 'backends'] as const).flatMap((field) =>
    config[field].filter(({ stickTable }) => stickTable?.peers === name).map((item) => `/${field}/${item.name}`),
  );
}
