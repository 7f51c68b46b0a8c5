// SPDX-License-Identifier: Apache-2.0
// A client under test made with npm's ws. See loop.js.
"use strict";
const WebSocket = require("ws");
const { main } = require("./loop.js");

function run(url, onMessage, onEnd) {
  const socket = new WebSocket(url, { maxPayload: 64 * 1024 * 1024 });
  socket.on("message", (data, isBinary) => {
    const message = isBinary ? data : data.toString();
    onMessage(message, (answer) => socket.send(answer));
  });
  socket.on("error", () => {}); // what the server did wrong; "close" follows
  socket.on("close", onEnd);
}

main(run, "ws");
