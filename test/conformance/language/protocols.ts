/** Expressions over messages of FIX, MQTT and protocol buffers, good ones and broken ones, always the same. */

/** Numbers below `limit` from a sequence that a seed begins. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const bin = (bytes: readonly number[] | Buffer) => {
  const hex = Buffer.from(bytes).toString('hex');
  return hex === '' ? 'str()' : `bin(${hex})`;
};

// FIX

const end = '\x01';

function fixSum(text: string): string {
  return String(Buffer.from(text, 'latin1').reduce((sum, byte) => sum + byte, 0) % 256).padStart(3, '0');
}

function fix(version: string, body: string, length: number | string = body.length, sum?: string): string {
  const text = `8=${version}${end}9=${length}${end}${body}`;
  return `${text}10=${sum ?? fixSum(text)}${end}`;
}

const logon = `35=A${end}49=me${end}56=you${end}`;
const good = fix('FIX.4.4', logon);
const fixBodies = [
  ...[`35=0${end}`, `49=a${end}35=A${end}`, `35=A${end}49=${end}`, `35=A${end}=x${end}`, `35=A${end}abc=1${end}`],
  ...[`35=A${end}10=000${end}58=x${end}`, `35=A${end}49`, `35=A${end}58=a=b${end}`, '', `35=${end}`, `035=A${end}`],
  ...['956', '957', '1000', '9999', '10000', '19999', '20000', '0012'].map((tag) => `35=A${end}${tag}=x${end}`),
];
const fixVersions = [4.0, 4.1, 4.2, 4.3, 4.4, 4.5, 5.0].map((version) => `FIX.${version.toFixed(1)}`);
const fixMessages = [
  ...[...fixVersions, 'FIXT.1.1', 'FIX.5.0SP1', 'fix.4.4', ''].map((version) => fix(version, logon)),
  ...fixBodies.map((body) => fix('FIX.4.4', body)),
  ...['027', 19, 17, 'x', '', '+18'].map((length) => fix('FIX.4.4', logon, length)),
  ...['000', '', '0'].map((sum) => fix('FIX.4.4', logon, undefined, sum)),
  ...[good.slice(0, -1), good.slice(0, -3), `${good}x`, good + good, `${good}58=x${end}`, good.replace('10=', '010=')],
  ...[good.replace('8=', '08='), good.replace('8=', ' 8='), good.replaceAll(end, '|'), '', end, '=', `8=FIX.4.4${end}`],
];

/** Each message, and so many copies with a few bytes changed. */
function withBroken(messages: readonly Buffer[], count: number, bytes: readonly number[]): Buffer[] {
  const next = numbers(1);
  const broken = Array.from({ length: count }, () => {
    const copy = Buffer.from(messages[next(messages.length)] ?? []);
    for (let left = 1 + next(2); left > 0 && copy.length > 0; left--) {
      copy[next(copy.length)] = bytes[next(bytes.length)] ?? 0;
    }
    return next(6) === 0 ? copy.subarray(0, next(copy.length + 1)) : copy;
  });
  return [...messages, ...broken];
}

const fixTags = ['8', '35', 'MsgType', 'checksum', '49', 'TargetCompID', '58'];
const fixExpressions = withBroken(
  fixMessages.map((text) => Buffer.from(text, 'latin1')),
  80,
  [1, 48, 49, 56, 61, 65, 0],
).flatMap((message, index) => [
  `${bin(message)},fix_is_valid`,
  `${bin(message)},fix_tag_value(${fixTags[index % fixTags.length]})`,
]);

// MQTT

const text = (value: string) => [0, value.length, ...Buffer.from(value)];
const packet = (type: number, body: readonly number[]) => [type << 4, body.length, ...body];
const connect = (version: number, flags: number, rest: readonly number[]) =>
  packet(1, [...text(version === 3 ? 'MQIsdp' : 'MQTT'), version, flags, 0x12, 0x34, ...rest]);

const sessionExpiry = [17, 0, 0, 1, 0];
const will = [...text('topic'), ...text('payload')];
const credentials = [...text('joe'), ...text('secret')];
const mqttPackets: readonly (readonly number[])[] = [
  ...[3, 4, 5, 6].map((version) => connect(version, 0x02, [...(version === 5 ? [0] : []), ...text('client')])),
  connect(4, 0xc6, [...text('client'), ...will, ...credentials]),
  connect(4, 0xe6, [...text(''), ...will, ...credentials]),
  connect(4, 0x82, [...text('client'), ...text('joe')]),
  connect(4, 0x40, [...text('client'), ...text('secret')]),
  ...[0x18, 0x1c, 0x38, 0x3c, 0x01].map((flags) =>
    connect(4, flags, [...text('c'), ...((flags & 4) === 0 ? [] : will)]),
  ),
  connect(5, 0x02, [...[5, ...sessionExpiry], ...text('client')]),
  connect(5, 0x02, [...[10, ...sessionExpiry, ...sessionExpiry], ...text('client')]),
  connect(5, 0x02, [...[3, 33, 0, 0], ...text('client')]),
  connect(5, 0x02, [...[3, 33, 0, 9], ...text('client')]),
  connect(5, 0x02, [...[5, 39, 0, 0, 0, 0], ...text('client')]),
  connect(5, 0x02, [...[2, 25, 2], ...text('client')]),
  connect(5, 0x02, [...[2, 36, 1], ...text('client')]),
  connect(5, 0x02, [...[8, 21, ...text('method').slice(0, 5), 22, 0], ...text('client')]),
  connect(5, 0x02, [...[5, 22, ...text('ab')], ...text('client')]),
  connect(5, 0x02, [...[10, 21, ...text('ab'), 22, ...text('cd')], ...text('client')]),
  connect(5, 0x02, [...[7, 38, ...text('a'), ...text('b')], ...text('client')]),
  connect(5, 0xc6, [...[0], ...text('c'), ...[12, 24, 0, 0, 0, 7, 1, 1, 3, ...text('tx')], ...will, ...credentials]),
  packet(2, [0, 0]),
  packet(2, [1, 5]),
  packet(2, [2, 0]),
  packet(2, [0, 0, 0]),
  packet(2, [1, 0x87, 5, ...sessionExpiry]),
  packet(2, [0, 0, 5, 18, ...text('ab')]),
  packet(2, [0, 0, 3, 18, 0, 0]),
  packet(2, [0, 0, 2, 36, 2]),
  packet(2, [0, 0, 2, 99, 2]),
  packet(2, [0, 0, 5, 31, ...text('no')]),
  [...packet(2, [0, 0]), 0],
  [...packet(2, [0, 0, 0]), 0],
  ...[[], [0x10], [0x10, 0xff], [0x10, 0xff, 0xff, 0xff, 0xff], [0x30, 0], [0x11, 0], [0x20, 0], [0x20, 1, 0]],
];
const connectFields = [
  ...['flags', 'protocol_name', 'protocol_version', 'client_identifier', 'will_topic', 'will_payload', 'username'],
  ...['password', 'keepalive', '17', '33', '39', '25', '21', '22', '24', '1', '3'],
];
const connackFields = ['flags', 'protocol_version', 'reason_code', '17', '18', '31', '36'];
const mqttExpressions = withBroken(
  mqttPackets.map((bytes) => Buffer.from(bytes)),
  80,
  [0, 1, 2, 4, 17, 33, 0x80, 0xff],
)
  // Of a packet without content HAProxy reads what follows it.
  .filter((bytes) => bytes[1] !== 0 || bytes.length === 2)
  .flatMap((bytes, index) => {
    const [type, fields] = bytes[0] === 0x20 ? [2, connackFields] : [1, connectFields];
    return [
      `${bin(bytes)},mqtt_is_valid`,
      ...[0, 7, 13].map((step) => `${bin(bytes)},mqtt_field_value(${type},${fields[(index + step) % fields.length]})`),
    ];
  });

// Protocol buffers

const types = [
  ...['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'bool', 'enum'],
  ...['fixed64', 'sfixed64', 'double', 'fixed32', 'sfixed32', 'float'],
];
const varints = ['00', '01', '7f', '8001', 'ac02', 'ffffffffffffffffff01', '80808080808080808001', 'ffffffff0f'];
const doubles = [0, 1.5, -2.75, 1e30, -1e30, Number.NaN, 9.3e18, Number.POSITIVE_INFINITY].map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return `09${bytes.toString('hex')}`;
});
const floats = [0, 1.5, -2.75, 1e9, 3e9, 1e30, Number.NaN].map((value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return `0d${bytes.toString('hex')}`;
});
const scalars = [...varints.map((digits) => `08${digits}`), ...doubles, ...floats, '0a03616263', '1005'];
/** Rectangle of the manual: two points, one in each of two messages one in the other. */
const rectangle = '8203070ada0304080a10148a03090ada03060896011002';
const point = (latitude: number, longitude: number) => [8, latitude, 16, longitude];
const inside = (number: number, bytes: readonly number[]) => [
  ((number << 3) & 0x7f) | 0x82,
  number >> 4,
  bytes.length,
  ...bytes,
];
const rectangleBytes = [...inside(48, inside(59, point(10, 20))), ...inside(49, inside(59, point(30, 40)))];
const grpc = (bytes: readonly number[]) => [0, 0, 0, 0, bytes.length, ...bytes];
const paths = ['48.59.1', '48.59.2', '49.59.1', '49.59.2', '48.59', '48', '49.59.3', '50', '48.58.1'];
const protobufExpressions = [
  ...scalars.flatMap((digits) => [
    `bin(${digits}),protobuf(1),hex`,
    ...types.map((type) => `bin(${digits}),protobuf(1,${type})`),
  ]),
  `bin(${rectangle}),protobuf(1)`,
  ...paths.flatMap((path) => [
    `${bin(rectangleBytes)},protobuf(${path}),hex`,
    `${bin(rectangleBytes)},protobuf(${path},int32)`,
    `${bin(grpc(rectangleBytes))},ungrpc(${path}),hex`,
    `${bin(grpc(rectangleBytes))},ungrpc(${path},int32)`,
  ]),
  `${bin(grpc(rectangleBytes))},ungrpc(48.59),protobuf(1,int32)`,
  `${bin(grpc(rectangleBytes))},ungrpc(48),protobuf(59.1,int32)`,
  `${bin(grpc(rectangleBytes))},ungrpc(48),protobuf(59),protobuf(1,int32)`,
  `${bin([...grpc([16, 5]), ...grpc([8, 6])])},ungrpc(1,int32)`,
  `${bin(grpc(rectangleBytes).slice(0, -1))},ungrpc(48),hex`,
  `${bin(grpc([]))},ungrpc(48),hex`,
];

export const protocolExpressions: readonly string[] = [...fixExpressions, ...mqttExpressions, ...protobufExpressions];

/** What HAProxy refuses. */
export const refusedProtocolExpressions: readonly string[] = [
  ...['str(a),fix_tag_value(abc)', 'str(a),fix_tag_value(0)', 'str(a),fix_tag_value(-1)', 'str(a),fix_tag_value()'],
  ...['str(a),protobuf()', 'str(a),protobuf(1.x)', 'str(a),protobuf(1.)', 'str(a),protobuf(1,string)'],
  ...['str(a),protobuf(1,INT32)', 'str(a),protobuf(-1)', 'str(a),ungrpc(1,x)', 'str(a),ungrpc'],
  ...['str(a),mqtt_field_value(3,flags)', 'str(a),mqtt_field_value(connack,username)'],
  ...['str(a),mqtt_field_value(connect,18)', 'str(a),mqtt_field_value(connect)', 'str(a),mqtt_field_value(0x1,17)'],
  ...['str(a),mqtt_field_value(connect,999)', 'str(a),mqtt_field_value(16,1)', 'str(a),mqtt_field_value(invalid,1)'],
];
