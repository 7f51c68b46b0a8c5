// SPDX-License-Identifier: Apache-2.0
// An echo server made with npm's faye-websocket and permessage-deflate, at a port that the system
// chooses.
"use strict";
const http = require("node:http");
const WebSocket = require("faye-websocket");
const deflate = require("permessage-deflate");

const options = { extensions: [deflate], maxLength: 64 * 1024 * 1024 };
const web = http.createServer((request, response) => response.writeHead(404).end());

web.on("upgrade", (request, stream, head) => {
  if (!WebSocket.isWebSocket(request)) {
    stream.destroy();
    return;
  }
  const socket = new WebSocket(request, stream, head, [], options);
  socket.on("message", (event) => socket.send(event.data));
  socket.on("error", () => {}); // what the peer did wrong; the library ends the connection
});
web.listen(0, "127.0.0.1", () => {
  console.log(`listening on ws://127.0.0.1:${web.address().port}/`);
});
