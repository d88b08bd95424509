// node bench/ps-floor.cjs
//
// The least that a program can do for what `hostward ps --format json` prints: no library, no deadline, no care for anything that goes wrong. It asks every
// AppHost of the home directory all four questions in one write, and all AppHosts at once.
'use strict';
const { Buffer } = require('node:buffer');
const { readdirSync } = require('node:fs');
const { connect } = require('node:net');
const process = require('node:process');

const sockets = `${process.env.HOME}/.aspire/cli/bch`;
const methods = ['GetAppHostInformationAsync', 'GetCapabilitiesAsync', 'GetAppHostInfoAsync', 'GetDashboardUrlsAsync'];
const questions = methods
  .map((method, id) => frame(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${id === 1 || id === 2 ? '[{}]' : '[]'}}`))
  .join('');

void main();

async function main() {
  const entries = await Promise.all(names().map(ask));
  process.stdout.write(`${JSON.stringify(entries, undefined, 2)}\n`);
}

function names() {
  try {
    return readdirSync(sockets).sort();
  } catch {
    return [];
  }
}

function ask(name) {
  return new Promise((resolve, reject) => {
    const socket = connect(`${sockets}/${name}`);
    const answers = [];
    let missing = methods.length;
    let rest;
    socket.on('error', reject);
    socket.on('data', chunk => {
      rest = rest ? Buffer.concat([rest, chunk]) : chunk;
      for (let body = next(); body; body = next()) {
        const { id, result } = JSON.parse(body);
        answers[id] = result;
        if (--missing === 0) {
          resolve(entryOf(answers));
          socket.destroy();
        }
      }
    });
    socket.write(questions);

    function next() {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const from = end + 4;
      const to = from + Number(rest.latin1Slice('Content-Length: '.length, end));
      if (rest.length < to) return undefined;
      const body = rest.utf8Slice(from, to);
      rest = rest.subarray(to);
      return body;
    }
  });
}

function entryOf([information, , info, urls]) {
  const { cliLogFilePath } = info;
  return {
    appHostPath: info.appHostPath,
    appHostPid: Number(info.pid),
    status: 'running',
    sdkVersion: info.aspireHostVersion,
    cliPid: info.cliProcessId ?? information.cliProcessId,
    dashboardUrl: urls.baseUrlWithLoginToken,
    ...(cliLogFilePath ? { logFilePath: cliLogFilePath } : {}),
  };
}

function frame(text) {
  return `Content-Length: ${text.length}\r\n\r\n${text}`;
}
