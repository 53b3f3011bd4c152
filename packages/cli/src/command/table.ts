import type { Command } from 'commander';
import { jsonText } from '../output/text.ts';
import { type Session, write } from '../session.ts';
import { tableDocument, tableMarkdown } from '../table/document.ts';

/** `latchkey table`: the decision table. Spec: CL */
export function registerTable(program: Command, session: Session): void {
  program
    .command('table')
    .description('print the decision table as Markdown')
    .option('--json', 'as JSON: domains of the facts, and rows')
    .action((options: { readonly json?: true }) =>
      write(session.stdout, options.json ? jsonText(tableDocument()) : tableMarkdown()),
    );
}
