/** Writes a message as a frame, by hand. */
export function sendFrame(socket, message) {
  const body = JSON.stringify(message);
  socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Reads frames by hand, trusting the peer. */
export function onFrames(socket, take) {
  let rest = Buffer.alloc(0);
  socket.on('data', chunk => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const body = end + 4;
      const length = Number(rest.toString('latin1', 'Content-Length: '.length, end));
      if (rest.length < body + length) return;
      take(JSON.parse(rest.toString('utf8', body, body + length)));
      rest = rest.subarray(body + length);
    }
  });
}
