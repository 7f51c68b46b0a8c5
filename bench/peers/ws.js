// SPDX-License-Identifier: Apache-2.0
// npm's ws: echo at /, broadcast to everyone at /broadcast, at a port that the system chooses.
"use strict";
const { WebSocketServer } = require("ws");

const members = new Set();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });

server.on("listening", () => {
  console.log(`listening on ws://127.0.0.1:${server.address().port}/`);
});
server.on("connection", (socket, request) => {
  socket.on("error", () => {});
  if (request.url === "/broadcast") {
    members.add(socket);
    socket.on("close", () => members.delete(socket));
    socket.on("message", (data, isBinary) => {
      for (const member of members) member.send(data, { binary: isBinary });
    });
  } else {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
});
