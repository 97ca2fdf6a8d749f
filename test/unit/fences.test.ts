/** The fences between the folders hold: deliberate breaches in a copy of the project's settings are refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';

const home = join(import.meta.dirname, '../..');
const folders = ['shared', 'control-plane', 'data-plane', 'cli', 'lab', 'openapi', 'test'];

/** What each file may not import. */
const breaches: Record<string, string> = {
  'shared/breach.ts': '../control-plane/thing.ts',
  'control-plane/breach.ts': '../data-plane/thing.ts',
  'data-plane/breach.ts': '../control-plane/thing.ts',
  'cli/breach.ts': '../control-plane/thing.ts',
  'lab/breach.ts': '../data-plane/thing.ts',
  'control-plane/breach-test.ts': '../test/thing.ts',
  'data-plane/balance/breach.ts': '../upstream/thing.ts',
  'data-plane/rules/breach.ts': '../http/thing.ts',
};

suite('a fence', () => {
  let copy: string;
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'sluice-fences-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    };
    for (const file of ['biome.json', 'package.json', 'tsconfig.json', 'tsconfig.base.json', '.gitignore']) {
      cpSync(join(home, file), join(copy, file));
    }
    mkdirSync(join(copy, 'node_modules'));
    for (const item of ['@biomejs', '@types', 'typescript', '@typescript', 'undici-types']) {
      symlinkSync(join(home, 'node_modules', item), join(copy, 'node_modules', item));
    }
    for (const folder of folders) {
      mkdirSync(join(copy, folder), { recursive: true });
      cpSync(join(home, folder, 'tsconfig.json'), join(copy, folder, 'tsconfig.json'));
      write(`${folder}/thing.ts`, 'export const thing = 1;\n');
    }
    for (const folder of ['upstream', 'http']) write(`data-plane/${folder}/thing.ts`, 'export const thing = 1;\n');
    for (const [file, target] of Object.entries(breaches)) {
      write(file, `import { thing } from '${target}';\n\nexport const other = thing;\n`);
    }
    write('data-plane/balance/sockets.ts', "import { connect } from 'node:net';\n\nexport const open = connect;\n");
    spawnSync('git', ['init', '-q'], { cwd: copy });
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const run = (program: string, parameters: string[]): string => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(home, 'node_modules', program), ...parameters], {
      cwd: copy,
      encoding: 'utf8',
    });
    return stdout + stderr;
  };

  test('of imports is kept by Biome', () => {
    const output = run('@biomejs/biome/bin/biome', ['lint', '--max-diagnostics=100', '.']);
    for (const file of [...Object.keys(breaches), 'data-plane/balance/sockets.ts']) {
      assert.match(output, new RegExp(`${file}:\\d+:\\d+ lint/style/noRestrictedImports`), file);
    }
    assert.doesNotMatch(output, /thing\.ts:\d+:\d+ lint/);
  });

  test('of project references is kept by tsc', () => {
    const output = run('typescript/bin/tsc', ['-b', '--pretty', 'false']);
    for (const file of Object.keys(breaches).filter((name) => !/balance|rules/.test(name))) {
      assert.match(output, new RegExp(`${file}\\(1,\\d+\\): error TS6307`), `${file}\n${output}`);
    }
  });
});
