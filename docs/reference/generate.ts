/** Writes the pages of this folder that come from the code: `node docs/reference/generate.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeKeywordReference } from '../../shared/haproxy-cfg/keyword-reference.ts';

writeFileSync(join(import.meta.dirname, 'haproxy-cfg.md'), writeKeywordReference());
