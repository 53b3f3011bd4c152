// One server in a process of its own: `server.mjs FRAMEWORK VARIANT`. Tells its port, and its CPU time when asked.
import process from 'node:process';

const [, , framework = '', variant = ''] = process.argv;
const { serve } = await import(`./${framework}.mjs`);
const server = await serve(variant);

server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
process.on('disconnect', () => process.exit());
