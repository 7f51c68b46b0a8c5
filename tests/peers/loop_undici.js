// SPDX-License-Identifier: Apache-2.0
// A client under test made with npm's undici, which is what node's own WebSocket is. See loop.js.
"use strict";
const { WebSocket } = require("undici");
const { main } = require("./loop.js");

function run(url, onMessage, onEnd) {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = (event) => onMessage(event.data, (answer) => socket.send(answer));
  let opened = false;
  socket.onopen = () => (opened = true);
  // What the server did wrong. "close" follows only where the connection was open.
  socket.onerror = () => opened || onEnd();
  socket.onclose = onEnd;
}

main(run, "undici");
