/** The rows of the table: what is asked of each proxy, and what counts as its cost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../../lab/child.ts';
import { driveCurl, driveWrk, type IdleClients, type Load, openIdleClients, type WrkOptions } from './drivers.ts';
import type { Origin } from './origin.ts';
import {
  chainLength,
  edits,
  hostChain,
  mapBeg,
  mapStr,
  pathChain,
  type Setup,
  sourceFile,
  tracked,
} from './pattern-rows.ts';
import { processorSeconds, residentBytes } from './processes.ts';

/** How much work one measurement is. */
export interface Scale {
  seconds: number;
  /** Large bodies for each measurement, and their length. */
  transfers: number;
  bigBytes: number;
  idle: number;
  active: number;
}

export const fullScale: Scale = { seconds: 3, transfers: 10, bigBytes: 100_000_000, idle: 10_000, active: 1_000 };
export const quickScale: Scale = { seconds: 1, transfers: 1, bigBytes: 5_000_000, idle: 200, active: 100 };

/** A proxy under measurement. */
export interface Target {
  proxy: Child;
  url: string;
  origin: Origin;
  scale: Scale;
}

export interface Measurement {
  /** In the unit of the row. */
  cost: number;
  errors: string[];
}

export interface Row {
  name: string;
  title: string;
  unit: string;
  /** Whether each measurement starts the proxy anew, because its memory keeps traces of earlier ones. */
  fresh?: boolean;
  /** What the proxies are given beside their usual configuration; only those that take lines are measured. */
  setup?: Setup;
  measure(target: Target): Promise<Measurement>;
}

const perRequest = 'µs CPU per request';
const perGigabyte = 'CPU s per GB';

export const rows: readonly Row[] = [
  wrkRow('get-100', 'keep-alive GET, 100-byte answer, 64 connections', { path: '/100' }),
  wrkRow('get-10k', 'keep-alive GET, 10 KB answer, 64 connections', { path: '/10k' }),
  wrkRow('post-10k', 'POST 10 KB, 64 connections', { path: '/post', method: 'POST', bodyBytes: 10_000 }),
  wrkRow('close', 'connection per request, 100-byte answer, 64 at a time', { path: '/100', close: true }),
  {
    ...wrkRow('map-str', 'GET 100 bytes, map_str of 100,000 hosts', { path: '/100' }),
    setup: mapStr,
  },
  {
    ...wrkRow('map-beg', 'GET 100 bytes, map_beg of 100,000 hosts', { path: '/100' }),
    setup: mapBeg,
  },
  {
    ...wrkRow('src-file', 'GET 100 bytes, src -f of 100,000 networks', { path: '/100' }),
    setup: sourceFile,
  },
  {
    ...wrkRow('tracked', 'GET 100 bytes, each client tracked and limited by its rate', { path: '/100' }),
    setup: tracked,
  },
  {
    ...wrkRow('edits', 'GET 100 bytes, ten header edits', { path: '/100' }),
    setup: edits,
  },
  {
    ...wrkRow('host-chain', 'GET 100 bytes, 1,000 use_backend lines by hdr(host)', {
      path: '/100',
      hosts: chainLength,
    }),
    setup: hostChain,
  },
  {
    ...wrkRow('path-chain', 'GET 100 bytes, 1,000 use_backend lines by path_beg', { path: '/100', paths: chainLength }),
    setup: pathChain,
  },
  { name: 'download', title: '100 MB download', unit: perGigabyte, measure: measureDownload },
  { name: 'upload', title: '100 MB upload', unit: perGigabyte, measure: measureUpload },
  { name: 'idle', title: 'idle keep-alive client', unit: 'bytes of memory', fresh: true, measure: measureIdle },
  { name: 'crowd', title: 'GET 100 bytes, many active among many idle', unit: perRequest, measure: measureCrowd },
];

function wrkRow(
  name: string,
  title: string,
  { path, ...options }: { path: string } & Omit<WrkOptions, 'url' | 'connections' | 'seconds'>,
): Row {
  const measure = ({ proxy, url, scale }: Target) =>
    measureProcessor(proxy, 1e6, () =>
      driveWrk({ ...options, url: url + path, connections: 64, seconds: scale.seconds }),
    );
  return { name, title, unit: perRequest, measure };
}

/** Processor seconds of the proxy for each unit of work, times `factor`. */
async function measureProcessor(proxy: Child, factor: number, drive: () => Promise<Load>): Promise<Measurement> {
  const before = processorSeconds(proxy.pid);
  const { work, errors } = await drive();
  const seconds = processorSeconds(proxy.pid) - before;
  return { cost: (seconds / work) * factor, errors };
}

function measureDownload({ proxy, url, scale }: Target): Promise<Measurement> {
  const transfer = { url: `${url}/big`, times: scale.transfers, bytes: scale.bigBytes };
  return measureProcessor(proxy, 1, () => driveCurl(transfer));
}

function measureUpload({ proxy, url, origin, scale }: Target): Promise<Measurement> {
  const transfer = { url: `${url}/upload`, times: scale.transfers, bytes: scale.bigBytes, upload: origin.bigFile };
  return measureProcessor(proxy, 1, () => driveCurl(transfer));
}

/** What the memory of the proxy grows by for each client that asked once and stays, after a warm-up. */
async function measureIdle({ proxy, url, scale }: Target): Promise<Measurement> {
  const warm = await driveWrk({ url: `${url}/100`, connections: 64, seconds: scale.seconds });
  const before = residentBytes(proxy.pid);
  return withIdleClients(url, scale.idle, async () => {
    // Let the last answers and the allocator come to rest.
    await delay(500);
    return { cost: (residentBytes(proxy.pid) - before) / scale.idle, errors: warm.errors };
  });
}

async function measureCrowd({ proxy, url, scale }: Target): Promise<Measurement> {
  const { active, seconds, idle } = scale;
  return withIdleClients(url, idle, () =>
    measureProcessor(proxy, 1e6, () => driveWrk({ url: `${url}/100`, connections: active, seconds })),
  );
}

async function withIdleClients(url: string, count: number, measure: () => Promise<Measurement>): Promise<Measurement> {
  const clients: IdleClients = await openIdleClients(`${url}/100`, count, 100);
  try {
    const { cost, errors } = await measure();
    return { cost, errors: [...errors, ...clients.errors()] };
  } finally {
    await clients.close();
  }
}
