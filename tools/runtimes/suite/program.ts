import { runSuite, told } from './run.ts';

// For a runtime with a command line: one line for what the runtime calls itself and one for each file.
console.log(JSON.stringify(told()));
await runSuite(async (outcomes) => console.log(JSON.stringify(outcomes)));
