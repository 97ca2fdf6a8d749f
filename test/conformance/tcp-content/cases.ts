/** Small configurations with rules on connections and contents, and what clients send to each. */
import type { Case } from './case.ts';
import { defaultsCases } from './defaults-cases.ts';
import { messageCases } from './message-cases.ts';
import { streamCases } from './stream-cases.ts';

export const cases: readonly Case[] = [...streamCases, ...messageCases, ...defaultsCases];
