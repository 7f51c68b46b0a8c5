// SPDX-License-Identifier: Apache-2.0
// What the clients under test have in common:
//   loop_X.js URL                    echoes until the connection ends
//   loop_X.js URL --cases [AGENT]    asks URL/getCaseCount, runs each case, URL/updateReports
"use strict";

/// Opens `url` with `run` and echoes until the end; the promise is of the first message.
function connect(run, url, echo) {
  return new Promise((resolve) => {
    let first;
    run(
      url,
      (message, send) => {
        if (first === undefined) first = message;
        if (echo) send(message);
      },
      () => resolve(first),
    );
  });
}

async function cases(run, base, agent) {
  const name = encodeURIComponent(agent);
  const count = Number(await connect(run, `${base}/getCaseCount`, false));
  if (!Number.isInteger(count)) throw new Error(`${base}/getCaseCount did not answer`);
  for (let number = 1; number <= count; ++number) {
    await connect(run, `${base}/runCase?case=${number}&agent=${name}`, true);
  }
  await connect(run, `${base}/updateReports?agent=${name}`, false);
  console.log(`ran ${count} cases`);
}

/// `run(url, onMessage(message, send), onEnd)` opens one connection.
exports.main = (run, library) => {
  const [url, mode, agent = library] = process.argv.slice(2);
  if (url === undefined || (mode !== undefined && mode !== "--cases")) {
    console.error(`usage: node loop_${library}.js URL [--cases [AGENT]]`);
    process.exit(2);
  }
  const done = mode ? cases(run, url.replace(/\/$/, ""), agent) : connect(run, url, true);
  done.catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
};
