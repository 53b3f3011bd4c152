// A server that knows nothing of Latchkey; it could be written in any language.
import { createServer } from 'node:http';

const server = createServer((req, res) => {
  const subject = req.headers['x-latchkey-subject'];
  if (subject === undefined && req.url.startsWith('/api/')) {
    res.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="example"' }).end('A token is needed.\n');
    return;
  }
  res.end(subject === undefined ? 'A public page\n' : `Hello ${subject}\n`);
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`The server: http://127.0.0.1:${server.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
