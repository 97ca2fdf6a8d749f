/** What mqtt_field_value takes out of which packets of MQTT (configuration manual 2.6, section 7.3.1). */

const packetTypes = [
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
];

const acknowledgements = ['reason_code', '31', '38'];

/** Fields by the number of the packet type, and numbers of properties that its packets may have (MQTT 5.0, section 2.2.2.2). */
const fields: Readonly<Record<number, readonly string[]>> = {
  1: [
    ...['flags', 'protocol_name', 'protocol_version', 'client_identifier', 'will_topic', 'will_payload'],
    ...['username', 'password', 'keepalive'],
    ...['1', '2', '3', '8', '9', '17', '21', '22', '23', '24', '25', '33', '34', '38', '39'],
  ],
  2: [
    ...['flags', 'protocol_version', 'reason_code'],
    ...['17', '18', '19', '21', '22', '26', '28', '31', '33', '34', '36', '37', '38', '39', '40', '41', '42'],
  ],
  3: ['1', '2', '3', '8', '9', '11', '35', '38'],
  4: acknowledgements,
  5: acknowledgements,
  6: acknowledgements,
  7: acknowledgements,
  8: ['11', '38'],
  9: ['31', '38'],
  10: ['38'],
  11: ['31', '38'],
  14: ['reason_code', '17', '28', '31', '38'],
  15: ['21', '22', '31', '38'],
};

/** The number of a packet type by name, in any case, or number; 0 for none. */
export function findMqttPacketType(text: string): number {
  const named = packetTypes.indexOf(text.toLowerCase()) + 1;
  if (named > 0) return named;
  const number = /^[0-9]+$/.test(text) ? Number(text) : 0;
  return number <= packetTypes.length ? number : 0;
}

/** Why no packet of the type has the field, in HAProxy's words; undefined when it may have it. */
export function findMqttFieldProblem(type: string, field: string): string | undefined {
  const number = findMqttPacketType(type);
  if (number === 0) return `Unknown MQTT type '${type}'`;
  if (fields[number]?.includes(field.toLowerCase()) === true) return undefined;
  return `Unknown MQTT field name '${field}' for packet type '${type}'`;
}
