// SPDX-License-Identifier: Apache-2.0
// bun's own server, which is uWebSockets inside: echo at /, broadcast to everyone at /broadcast.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, itself) {
    const isBroadcast = new URL(request.url).pathname === "/broadcast";
    if (itself.upgrade(request, { data: { isBroadcast } })) return undefined;
    return new Response("a WebSocket is expected", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    maxPayloadLength: 16 * 1024 * 1024,
    backpressureLimit: 64 * 1024 * 1024,
    open(socket) {
      if (socket.data.isBroadcast) socket.subscribe("everyone");
    },
    message(socket, message) {
      if (socket.data.isBroadcast) {
        server.publish("everyone", message);
      } else {
        socket.send(message);
      }
    },
  },
});
console.log(`listening on ws://127.0.0.1:${server.port}/`);
