/** Writes docs/reference/samples.md from the catalogues of the expression language. */
import { writeFile } from 'node:fs/promises';
import { writeSamplesReference } from '../shared/language/samples-reference.ts';

await writeFile(new URL('../docs/reference/samples.md', import.meta.url), writeSamplesReference());
