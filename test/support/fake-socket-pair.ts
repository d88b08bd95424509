import { type Duplex, duplexPair } from 'node:stream';

/** Two ends of a connection in memory; the destruction of one ends the other, as with a socket. @param onTraffic called at each write of either */
export function fakeSocketPair(onTraffic: () => void): [client: Duplex, server: Duplex] {
  const [client, server] = duplexPair();
  for (const [end, other] of [
    [client, server],
    [server, client],
  ] as const) {
    const write = end.write.bind(end) as (...args: unknown[]) => boolean;
    end.write = (...args: unknown[]) => {
      onTraffic();
      return write(...args);
    };
    end.once('close', () => {
      onTraffic();
      // A pair in memory does not tell one end of the other's destruction.
      other.destroy();
    });
  }
  server.on('error', () => undefined);
  return [client, server];
}
