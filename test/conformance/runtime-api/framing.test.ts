/** How lines are read and answers framed, byte by byte beside HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeClient } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Both, startBoth } from './both.ts';

/** What a client sees that sends these pieces one after the other, and whether the connection was closed. */
async function converse(
  both: Both,
  side: 'haproxy' | 'sluice',
  pieces: readonly { readonly send: string; readonly answer: string }[],
): Promise<RuntimeClient> {
  const client = await both.connect(side);
  let expected = '';
  for (const { send, answer } of pieces) {
    client.send(send);
    expected += answer;
    await waitFor(`${JSON.stringify(expected)} from ${side}, not ${JSON.stringify(client.received)}`, () => {
      if (!expected.startsWith(client.received)) assert.equal(client.received, expected, side);
      return client.received === expected;
    });
  }
  return client;
}

const list = '# name\napp\nempty\nleast\ntunnel\n\n';
const level = 'admin\n\n';

interface Conversation {
  readonly name: string;
  readonly pieces: readonly { readonly send: string; readonly answer: string }[];
  readonly closes: boolean;
}

const conversations: readonly Conversation[] = [
  { name: 'one line', pieces: [{ send: 'show backend\n', answer: list }], closes: true },
  { name: 'CR and LF', pieces: [{ send: 'show backend\r\n', answer: list }], closes: true },
  {
    name: 'a line in pieces',
    pieces: [
      { send: 'show ba', answer: '' },
      { send: 'ckend\n', answer: list },
    ],
    closes: true,
  },
  { name: 'blanks and tabs', pieces: [{ send: '  show \t backend  \n', answer: list }], closes: true },
  {
    name: 'several commands',
    pieces: [{ send: 'show backend;show cli level\n', answer: list + level }],
    closes: true,
  },
  {
    name: 'several lines at once',
    pieces: [{ send: 'show backend\nshow cli level\n', answer: list + level }],
    closes: true,
  },
  { name: 'quit', pieces: [{ send: 'quit\n', answer: '' }], closes: true },
  { name: 'quit among others', pieces: [{ send: 'show cli level;quit;show backend\n', answer: level }], closes: true },
  {
    name: 'the prompt',
    pieces: [
      { send: 'prompt\n', answer: '\n> ' },
      { send: 'show backend\n', answer: `${list}> ` },
      { send: 'show cli level;show backend\n', answer: `${level}> ${list}> ` },
      { send: 'get weight x\n', answer: "Require 'backend/server'.\n\n> " },
      { send: 'user\n', answer: '\n> ' },
    ],
    closes: false,
  },
  {
    name: 'the prompt until quit',
    pieces: [
      { send: 'prompt\n', answer: '\n> ' },
      { send: 'quit\n', answer: '' },
    ],
    closes: true,
  },
  {
    name: 'the prompt and more',
    pieces: [{ send: 'prompt;show cli level\n', answer: `\n> ${level}> ` }],
    closes: false,
  },
  {
    name: 'the prompt on and off',
    pieces: [
      { send: 'prompt\n', answer: '\n> ' },
      { send: 'show cli level;prompt;show cli level\n', answer: `${level}> \n${level}` },
    ],
    closes: true,
  },
  {
    name: 'a payload',
    pieces: [
      { send: 'show cli level <<\nabc\n', answer: '' },
      { send: 'def\n\n', answer: level },
    ],
    closes: true,
  },
  {
    name: 'a payload at the prompt',
    pieces: [
      { send: 'prompt\n', answer: '\n> ' },
      { send: 'show cli level <<\n', answer: '+ ' },
      { send: 'abc\n', answer: '+ ' },
      { send: '\n', answer: `${level}> ` },
    ],
    closes: false,
  },
];

for (const { name, pieces, closes } of conversations) {
  test(`framing: ${name}`, async (context) => {
    const both = await startBoth(context);
    if (both === undefined) return;
    for (const side of ['haproxy', 'sluice'] as const) {
      const client = await converse(both, side, pieces);
      if (closes) await client.untilClosed();
      // Whoever still listens answers once more.
      else {
        client.send('show cli level\n');
        await client.until('\n\n> ');
      }
      assert.equal(client.closed, closes, side);
    }
  });
}

test('a client that ends its half at once is answered; an unfinished line is not', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  for (const side of ['haproxy', 'sluice'] as const) {
    const whole = await both.connect(side);
    whole.end('show backend\n');
    assert.equal(await whole.untilClosed(), list);
    const prompting = await both.connect(side);
    prompting.end('prompt\nshow cli level\n');
    assert.equal(await prompting.untilClosed(), `\n> ${level}> `);
    const unfinished = await both.connect(side);
    unfinished.end('show backend');
    assert.equal(await unfinished.untilClosed(), '');
    const payload = await both.connect(side);
    payload.end('show backend <<\nabc\n');
    assert.equal(await payload.untilClosed(), '');
  }
});

test('a line longer than the buffer breaks the connection', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  // HAProxy does so too, but only when it reads the whole line at once: on a busy machine it waits for ever.
  const client = await both.connect('sluice');
  client.send(`show backend ${'x'.repeat(20_000)}\n`);
  assert.equal(await client.untilClosed(), '');
  for (const side of ['haproxy', 'sluice'] as const) {
    const shorter = await both.connect(side);
    shorter.send(`show backend ${'x'.repeat(15_000)}\n`);
    assert.equal(await shorter.untilClosed(), list);
  }
});

test('a silent connection is closed after the timeout', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  for (const side of ['haproxy', 'sluice'] as const) {
    const client = await both.connect(side);
    client.send('prompt;set timeout cli 1\n');
    await client.until('> ');
    assert.equal(await client.untilClosed(), '\n> \n> ');
  }
});
