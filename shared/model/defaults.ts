/** Defaults: settings and rules that frontends and backends take when they name them with `from`. */
import { type Static, Type } from 'typebox';
import { backendSettings } from './backend.ts';
import { connectionLimits } from './connection-limits.ts';
import { closedObject, descriptionField, modeField, nameField } from './fields.ts';
import { forwardforSchema } from './forwardfor.ts';
import { httpIgnoreProbesField, httpOptions } from './http-options.ts';
import { logOptions, logsField } from './log-target.ts';
import { ruleListFields } from './rule-lists.ts';
import { defaultsTimeoutsSchema } from './timeouts.ts';
import { uniqueIdFields } from './unique-id.ts';

export const defaultsSchema = closedObject(
  {
    name: nameField('Name of the defaults, unique among defaults.'),
    description: Type.Optional(descriptionField),
    mode: Type.Optional(modeField),
    ...connectionLimits,
    ...uniqueIdFields,
    httpIgnoreProbes: Type.Optional(httpIgnoreProbesField),
    forwardfor: Type.Optional(forwardforSchema),
    ...httpOptions,
    logs: logsField('Where to log, for proxies that do not say.'),
    ...logOptions,
    timeouts: Type.Optional(defaultsTimeoutsSchema),
    ...backendSettings,
    ...ruleListFields,
  },
  { title: 'Defaults', description: 'Settings and rules for the frontends and backends that name them with "from".' },
);
export type Defaults = Static<typeof defaultsSchema>;
