import { runSuite, told } from './run.ts';

// For a page: each line of the program is posted to the server that the page is from, and `end` after the last.
const post = async (path: string, value: unknown): Promise<void> => {
  await fetch(path, { method: 'POST', body: JSON.stringify(value) });
};
await post('/line', told());
await runSuite((outcomes) => post('/line', outcomes));
await post('/end', null);
