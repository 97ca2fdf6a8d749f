/** Runs the tests: all of them, or the files and patterns given as arguments. */
import { spawn } from 'node:child_process';

const everything = ['unit', 'integration', 'conformance', 'e2e'].map((kind) => `test/${kind}/**/*.test.ts`);
const patterns = process.argv.slice(2);
const parameters = [
  '--test',
  '--test-reporter=spec',
  '--test-concurrency=2',
  '--test-timeout=180000',
  ...(patterns.length > 0 ? patterns : everything),
];
const runner = spawn(process.execPath, parameters, { stdio: 'inherit' });
runner.on('close', (code) => {
  process.exitCode = code ?? 1;
});
