/** The rules that fill stick tables: tracking, counters and tags of what is tracked, and stickiness to servers. */

import type { Static } from 'typebox';
import { type TProperties, Type } from 'typebox';
import { ruleObject } from './rule-object.ts';
import { longestArray } from './stick-data.ts';
import { tableField } from './stick-table.ts';

const counter = Type.Integer({
  minimum: 0,
  maximum: 2,
  description: 'Which of the tracked entries (sc-id): 0, 1 or 2.',
});
const index = (of: string) =>
  Type.Integer({ minimum: 0, maximum: longestArray - 1, description: `Which element of the array "${of}", from 0.` });

const value = {
  value: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'The new value.' })),
  expression: Type.Optional(
    Type.String({ minLength: 1, maxLength: 8_192, description: 'A sample expression for it, in place of value.' }),
  ),
};

/** They are the same in every rule set; `extra` are fields that each rule of a set has. */
export function stickCounterRules<Extra extends TProperties>(extra: Extra, prefix: string) {
  const rule = <Properties extends TProperties>(title: string, description: string, properties: Properties) =>
    ruleObject(`${prefix}${title}`, `${description} Without the entry, or the data in its table, nothing happens.`, {
      ...properties,
      ...extra,
    });
  return [
    rule('ScIncGpcRule', 'Adds 1 to a general purpose counter of a tracked entry.', {
      action: Type.Literal('sc-inc-gpc'),
      index: index('gpc'),
      counter,
    }),
    rule('ScIncGpc0Rule', 'Adds 1 to gpc0 of a tracked entry.', { action: Type.Literal('sc-inc-gpc0'), counter }),
    rule('ScIncGpc1Rule', 'Adds 1 to gpc1 of a tracked entry.', { action: Type.Literal('sc-inc-gpc1'), counter }),
    rule('ScSetGptRule', 'Sets a general purpose tag of a tracked entry.', {
      action: Type.Literal('sc-set-gpt'),
      index: index('gpt'),
      counter,
      ...value,
    }),
    rule('ScSetGpt0Rule', 'Sets gpt0 of a tracked entry.', { action: Type.Literal('sc-set-gpt0'), counter, ...value }),
  ] as const;
}

export function trackRules<Extra extends TProperties>(extra: Extra, prefix: string) {
  const rule = <Number extends 0 | 1 | 2>(number: Number) =>
    ruleObject(
      `${prefix}TrackSc${number}Rule`,
      `Tracks an entry of a stick table as counter ${number}: what happens counts in it from now on. Nothing happens where that counter tracks one already.`,
      {
        action: Type.Literal(`track-sc${number}` as const),
        key: Type.String({
          minLength: 1,
          maxLength: 8_192,
          description: 'A sample expression for the key; where it has no value, nothing is tracked.',
          examples: ['src'],
        }),
        table: Type.Optional(tableField),
        ...extra,
      },
    );
  return [rule(0), rule(1), rule(2)] as const;
}

const plainTrackRules = trackRules({}, '');
const plainCounterRules = stickCounterRules({}, '');

/** Those of http-request and http-response rules. */
export const httpStickRules = [...plainTrackRules, ...plainCounterRules] as const;

export type TrackRule = Omit<Static<(typeof plainTrackRules)[number]>, 'action'> & {
  action: 'track-sc0' | 'track-sc1' | 'track-sc2';
};
export type StickCounterRule = Static<(typeof plainCounterRules)[number]>;
export type HttpStickRule = Static<(typeof httpStickRules)[number]>;

export const stickRuleSchema = ruleObject(
  'StickRule',
  'Sends clients to the server that served them before, by an entry of a stick table (stick).',
  {
    type: Type.Union(
      [Type.Literal('on'), Type.Literal('match'), Type.Literal('store-request'), Type.Literal('store-response')],
      {
        description:
          '"match": uses the server of the entry, unless it is down or a server was chosen already. "store-request": notes the server in the entry once it has answered. "on": both. "store-response": the same with a key out of the response.',
      },
    ),
    pattern: Type.String({
      minLength: 1,
      maxLength: 8_192,
      description: 'A sample expression for the key.',
      examples: ['src', 'req.cook(session)'],
    }),
    table: Type.Optional(tableField),
  },
);
export type StickRule = Static<typeof stickRuleSchema>;
