/** Converters of MQTT packets (configuration manual 2.6, section 7.3.1). */
import { findMqttPacketType } from '../../../shared/language/mqtt-fields.ts';
import type { ConverterCompilers } from '../compiled.ts';
import type { MaybeValue } from '../sample-value.ts';
import { connackType, connectType, isIncomplete, readMqttPacket } from './mqtt-packet.ts';

function isValid(bytes: string): boolean | undefined {
  const type = bytes.charCodeAt(0) >> 4;
  // Of other packets HAProxy waits for the whole, and knows none.
  if (type !== connectType && type !== connackType) return isIncomplete(bytes, type) ? undefined : false;
  const packet = readMqttPacket(bytes, type);
  return packet === undefined ? undefined : packet !== null;
}

function findField(bytes: string, type: number, field: string): MaybeValue {
  const value = readMqttPacket(bytes, type)?.get(field);
  return typeof value === 'number' ? String(value) : value;
}

export const mqttConverters: ConverterCompilers = {
  mqtt_is_valid: () => (bytes) => isValid(bytes as string),
  mqtt_field_value: ([typeText = '', fieldText = '']) => {
    const [type, field] = [findMqttPacketType(typeText), fieldText.toLowerCase()];
    // No other packet is the first of either side.
    if (type !== connectType && type !== connackType) return () => undefined;
    return (bytes) => findField(bytes as string, type, field);
  },
};
