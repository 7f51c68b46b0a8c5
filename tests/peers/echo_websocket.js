// SPDX-License-Identifier: Apache-2.0
// An echo server made with npm's websocket, at a port that the system chooses. The library has no
// permessage-deflate.
"use strict";
const http = require("node:http");
const { server: WebSocketServer } = require("websocket");

const MAX_MESSAGE = 64 * 1024 * 1024;
const web = http.createServer((request, response) => response.writeHead(404).end());
const server = new WebSocketServer({
  httpServer: web,
  maxReceivedFrameSize: MAX_MESSAGE,
  maxReceivedMessageSize: MAX_MESSAGE,
  fragmentOutgoingMessages: false,
});

server.on("request", (request) => {
  const socket = request.accept();
  socket.on("message", (message) => {
    if (message.type === "utf8") socket.sendUTF(message.utf8Data);
    else socket.sendBytes(message.binaryData);
  });
  socket.on("error", () => {}); // what the peer did wrong; the library ends the connection
});
web.listen(0, "127.0.0.1", () => {
  console.log(`listening on ws://127.0.0.1:${web.address().port}/`);
});
