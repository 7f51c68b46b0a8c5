// SPDX-License-Identifier: Apache-2.0
// A client made with npm's ws: client_ws.js ws://HOST:PORT runs its checks against wsproofd there
// and prints "ok NAME" for each that passed; a check that fails ends it with status 1.
"use strict";
const assert = require("node:assert");
const { once } = require("node:events");
const WebSocket = require("ws");

const base = process.argv[2];
const patience = AbortSignal.timeout(Number(process.argv[3] || 60) * 1000);

async function open(path, options) {
  const client = new WebSocket(base + path, options);
  await once(client, "open", { signal: patience });
  return client;
}

async function message(client) {
  const [data, isBinary] = await once(client, "message", { signal: patience });
  return isBinary ? data : data.toString();
}

async function expectEcho(client, sent) {
  const answer = message(client);
  client.send(sent);
  assert.deepStrictEqual(await answer, sent);
}

async function close(client, code, reason) {
  const closed = once(client, "close", { signal: patience });
  client.close(code, reason);
  return closed;
}

const checks = {
  async echo() {
    const client = await open("/", { perMessageDeflate: false });
    assert.strictEqual(client.extensions, "");
    for (const sent of ["Hello", "", Buffer.alloc(0), "\u{1f980}", Buffer.alloc(1 << 20, 7)]) {
      await expectEcho(client, sent);
    }
    const [code, reason] = await close(client, 3456, "goodbye");
    assert.strictEqual(code, 3456);
    assert.ok(["goodbye", ""].includes(reason.toString()));
  },

  async deflate() {
    const offers = [
      { threshold: 0 },
      { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
      { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
    ];
    for (const perMessageDeflate of offers) {
      const client = await open("/echo", { perMessageDeflate });
      assert.match(client.extensions, /permessage-deflate/);
      for (const sent of ["abc".repeat(1000), "abc".repeat(1000), "", Buffer.alloc(200000)]) {
        await expectEcho(client, sent);
      }
      await close(client, 1000);
    }
  },

  async ping() {
    const client = await open("/echo");
    const pong = once(client, "pong", { signal: patience });
    client.ping("are you there?");
    assert.strictEqual((await pong)[0].toString(), "are you there?");
    await close(client);
  },

  async fragments() {
    const client = await open("/echo");
    const answer = message(client);
    client.send("one ", { fin: false });
    client.ping();
    client.send("", { fin: false });
    client.send("two", { fin: true });
    assert.strictEqual(await answer, "one two");
    await close(client);
  },

  async broadcast() {
    const first = await open("/broadcast");
    const second = await open("/broadcast", { perMessageDeflate: false });
    const seen = Promise.all([message(first), message(second)]);
    first.send("to everyone \u00e4");
    for (const text of await seen) assert.match(text, /^TO EVERYONE /);
    await Promise.all([close(first), close(second)]);
  },
};

async function main() {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok ${name}`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
