import type { CommanderError } from 'commander';

const optionName = /^error: unknown option '(--?[a-z][a-z-]{0,30})(.?)/;
const commandName = /^error: unknown command '([a-z][a-z-]{0,30})'/;
const argumentName = / is invalid for argument '([a-z]+)'/;
const suggestion = /\(Did you mean [^()]+\?\)/;

/** What is wrong with the arguments, without quoting a value: one may be a secret in the wrong place. */
export function usageProblem(error: CommanderError): string {
  const hint = suggestion.exec(error.message)?.[0];
  const closing = hint === undefined ? '' : ` ${hint}`;
  switch (error.code) {
    case 'commander.unknownOption': {
      const [, name, value] = optionName.exec(error.message) ?? [];
      if (name === undefined) return 'there is no such option as one of those given.';
      return value === '='
        ? `${name} is no option, or takes no value.`
        : `there is no option ${name}.${closing}`;
    }
    case 'commander.unknownCommand':
      return `there is no command ${commandName.exec(error.message)?.[1] ?? 'of that name'}.${closing}`;
    case 'commander.invalidArgument': {
      const what =
        /option '[^']*'/.exec(error.message)?.[0] ?? `argument '${argumentName.exec(error.message)?.[1]}'`;
      const choices = /Allowed choices are [^']*$/.exec(error.message)?.[0];
      return `the ${what} does not take this value.${choices === undefined ? '' : ` ${choices}`}`;
    }
    case 'commander.missingArgument':
    case 'commander.optionMissingArgument':
    case 'commander.missingMandatoryOptionValue':
    case 'commander.excessArguments':
      return error.message.replace(/^error: /, '');
    default:
      return 'the arguments cannot be understood; see --help.';
  }
}
