// Measures one group in a process of its own and sends the outcome to whoever started it.
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [, , file = ''] = process.argv;
const { default: group } = await import(pathToFileURL(file).href);
const { title, about } = group;
const outcome = await group.measure();
process.send?.({ charts: [], ...outcome, title, about }, () => process.disconnect());
