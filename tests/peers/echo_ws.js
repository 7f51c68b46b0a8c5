// SPDX-License-Identifier: Apache-2.0
// An echo server made with npm's ws, at a port that the system chooses.
"use strict";
const { WebSocketServer } = require("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2] || 0),
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: true,
});

server.on("listening", () => {
  console.log(`listening on ws://127.0.0.1:${server.address().port}/`);
});
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on("error", () => {}); // what the peer did wrong; ws closes the connection by itself
});
