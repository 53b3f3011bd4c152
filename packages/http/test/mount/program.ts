import { readFileSync } from 'node:fs';

const guide = readFileSync(new URL('../../../../docs/guide/management-api.md', import.meta.url), 'utf8');

/** A program of the guide for one binding, as a reader would paste it. */
export function programOf(binding: string): string {
  const found = new RegExp(`^\`\`\`js ${binding}\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide)?.[1];
  if (found === undefined) throw new Error(`the guide has no program for ${binding}`);
  return found;
}

type Program = (names: Readonly<Record<string, unknown>>) => Promise<unknown>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...parts: string[]
) => Program;

/**
 * Runs a program, which imports from `modules` and uses the names that are `given`; answers the value of `result`.
 * A module runs elsewhere in the same way, but for its imports, which are looked up here.
 */
export function run(
  program: string,
  modules: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
  result: string,
): Promise<unknown> {
  const body = program
    .replaceAll(/^import (\{.*\}) from '(.+)';$/gm, "const $1 = modules['$2'];")
    .replaceAll(/^import (\w+) from '(.+)';$/gm, "const { default: $1 } = modules['$2'];");
  if (/^import /m.test(body)) throw new Error('an import of the program is in another form');
  for (const [, name = ''] of program.matchAll(/ from '(.+)';$/gm))
    if (!(name in modules)) throw new Error(`the program imports ${name}`);
  const names = { ...given, modules };
  return new AsyncFunction(`{ ${Object.keys(names).join(', ')} }`, `${body}\nreturn ${result};`)(names);
}
