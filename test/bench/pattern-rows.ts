/** What the rows about rules add to the frontend: the lines, and files of 100,000 entries that some of them use. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const entries = 100_000;

/** Writes files into a folder; answers lines for the frontend. */
export type Setup = (folder: string) => Promise<string[]>;

async function write(folder: string, name: string, line: (index: number) => string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Array.from({ length: entries }, (_, index) => `${line(index)}\n`).join(''));
  return path;
}

/** Every entry is looked up as often as any other. */
const anyHost = `rand(${entries}),concat(.shop.example.com)`;

export const mapStr: Setup = async (folder) => {
  const path = await write(folder, 'str.map', (index) => `${index}.shop.example.com backend-${index % 10}`);
  return [`http-request set-var(txn.map) ${anyHost},map_str(${path})`];
};

export const mapBeg: Setup = async (folder) => {
  const path = await write(folder, 'beg.map', (index) => `${index}.shop.example.com/ backend-${index % 10}`);
  return [`http-request set-var(txn.map) ${anyHost},concat(/index.html),map_beg(${path})`];
};

/** Networks of nine lengths; the client is in none of them, so that all lengths are tried. */
export const sourceFile: Setup = async (folder) => {
  const path = await write(folder, 'networks.lst', (index) => {
    const address = [10 + (index % 90), (index >> 8) & 255, index & 255, 0].join('.');
    return `${address}/${24 + (index % 9)}`;
  });
  return [`http-request deny if { src -f ${path} }`];
};

/** Tracks the address of each client and denies those with too many requests, which none has. */
export const tracked: Setup = async () => [
  'stick-table type ip size 100k expire 1m store http_req_rate(10s)',
  'http-request track-sc0 src',
  'http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100000000 }',
];

/** As many lines as there are hosts or paths; requests ask for each as often as for any other. */
export const chainLength = 1_000;

const chain = (condition: (index: number) => string): Setup => {
  const lines = Array.from({ length: chainLength }, (_, index) => `use_backend app if { ${condition(index)} }`);
  return async () => lines;
};

export const hostChain: Setup = chain((index) => `hdr(host) -i h${index}.example.com`);

export const pathChain: Setup = chain((index) => `path_beg /p${index}/`);

/** Ten edits as a site would make them, six of the request and four of the response. */
export const edits: Setup = async () => [
  'http-request set-header X-Real-IP %[src]',
  'http-request set-header X-Forwarded-Proto http',
  'http-request set-header X-Forwarded-Port %[dst_port]',
  'http-request add-header Via "1.1 proxy"',
  'http-request del-header X-Debug',
  'http-request replace-header Host ^www\\.(.*) \\1',
  'http-response set-header Strict-Transport-Security max-age=31536000',
  'http-response set-header X-Frame-Options DENY',
  'http-response add-header X-Served-By %[srv_name]',
  'http-response del-header Server',
];
