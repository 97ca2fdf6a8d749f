/** Which methods each URL has, so that a wrong one is answered with 405 and what would be right. */
import type { App } from './context.ts';

export interface RouteTable {
  /** Methods of the routes that a path fits; none when nothing is there. */
  methodsOf(path: string): string[];
}

/** Notes every route that is registered after this call. */
export function watchRoutes(app: App): RouteTable {
  const patterns = new Map<string, { expression: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = patterns.get(url) ?? { expression: toExpression(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    patterns.set(url, known);
  });
  return {
    methodsOf(path) {
      const fitting = [...patterns.values()].filter(({ expression }) => expression.test(path));
      return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
    },
  };
}

function toExpression(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
