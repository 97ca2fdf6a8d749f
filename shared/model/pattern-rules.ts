/** The rules that change maps and ACL files. */
import { type Static, Type } from 'typebox';
import { formatField, ruleObject } from './rule-object.ts';

/** Name of a map or an ACL file: in a haproxy.cfg the path of the file. */
export const patternNameField = (description: string) =>
  Type.String({ pattern: '^[\\x20-\\x7e]{1,500}$', description, examples: ['hosts', '/etc/haproxy/hosts.map'] });

const map = { map: patternNameField('The map.') };
const aclFile = { aclFile: patternNameField('The ACL file.') };
const onNode =
  'The change holds on the node that carries the rule out, in all of its workers, until the control plane sends the file again.';

const setMap = ruleObject('SetMapRule', `Gives a key of a map a value, or adds it. ${onNode}`, {
  action: Type.Literal('set-map'),
  ...map,
  key: formatField('The key.'),
  value: formatField('Its value.'),
});
const delMap = ruleObject('DelMapRule', `Removes a key from a map. ${onNode}`, {
  action: Type.Literal('del-map'),
  ...map,
  key: formatField('The key.'),
});
const addAcl = ruleObject('AddAclRule', `Adds a pattern to an ACL file, unless it is there. ${onNode}`, {
  action: Type.Literal('add-acl'),
  ...aclFile,
  key: formatField('The pattern.'),
});
const delAcl = ruleObject('DelAclRule', `Removes a pattern from an ACL file. ${onNode}`, {
  action: Type.Literal('del-acl'),
  ...aclFile,
  key: formatField('The pattern.'),
});

export const patternRules = [setMap, delMap, addAcl, delAcl] as const;
export type PatternRule = Static<(typeof patternRules)[number]>;
