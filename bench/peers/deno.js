// SPDX-License-Identifier: Apache-2.0
// deno's own server: echo at /, broadcast to everyone at /broadcast.
const members = new Set();

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`listening on ws://127.0.0.1:${port}/`),
  },
  (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    socket.onerror = () => {};
    if (new URL(request.url).pathname === "/broadcast") {
      socket.onopen = () => members.add(socket);
      socket.onclose = () => members.delete(socket);
      socket.onmessage = ({ data }) => {
        for (const member of members) if (member.readyState === 1) member.send(data);
      };
    } else {
      socket.onmessage = ({ data }) => socket.send(data);
    }
    return response;
  },
);
