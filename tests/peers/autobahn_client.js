// SPDX-License-Identifier: Apache-2.0
// A client that drives itself through a fuzzing server, as test scripts of many projects do:
//   node autobahn_client.js ws://127.0.0.1:9001 AGENT
'use strict';
const WebSocket = require('ws');

const [url, agent] = process.argv.slice(2);
const limits = { maxPayload: 64 * 1024 * 1024 };

function visit(path, onMessage) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url + path, limits);
    socket.on('message', (data, isBinary) => onMessage(socket, data, isBinary));
    socket.on('error', () => {});
    socket.on('close', resolve);
  });
}

async function main() {
  let count = 0;
  await visit('/getCaseCount', (socket, data) => { count = JSON.parse(data.toString()); });
  for (let number = 1; number <= count; ++number) {
    await visit(`/runCase?case=${number}&agent=${agent}`,
      (socket, data, isBinary) => socket.send(data, { binary: isBinary }));
  }
  await visit(`/updateReports?agent=${agent}`, () => {});
  console.log(`ran ${count} cases`);
}

main();
