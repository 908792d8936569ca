#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../platform';
import { readWorkers, SAID_TRANSPORTS } from '../runtime';
import { check } from './commands/check';
import { synth } from './commands/synth';
import { up } from './commands/up';
import { DATA_PLANES } from './data-planes';
import { describeFailure } from './failure';

const MORE_HELP = `
Examples:
  spillway up shop.yaml
  spillway check shop.yaml
  spillway synth shop.yaml --platform haproxy --out out

Exit codes:
  0  all is well
  1  the file has problems
  2  the command line is wrong
  3  the machine is in the way: a port in use, a file that cannot be read`;

function program(): Command {
  const spillway = new Command('spillway')
    .description('Describe a scalable, failure-tolerant API once. Run it here, or compile it.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--verbose', 'print where an error comes from')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', MORE_HELP);
  const platform = () => new Option('--platform <name>', 'what to compile for').choices(Object.keys(DATA_PLANES));
  const workers = new Option(
    '--workers <n>',
    'how many processes serve; else SPILLWAY_WORKERS, else one a core',
  ).argParser((text) => {
    const count = readWorkers(text);
    if (count === undefined) throw new InvalidArgumentError('It is a number from 1 to 1024.');
    return count;
  });
  const transport = new Option(
    '--transport <way>',
    'how TCP is done; else SPILLWAY_TRANSPORT, else raw where it works',
  ).choices(SAID_TRANSPORTS);
  spillway
    .command('up')
    .summary('run an API here, in the foreground')
    .description(
      'Run an API here, in the foreground, with the bundled data plane. SIGHUP loads the file again, Ctrl-C drains.',
    )
    .argument('<file>', 'the description, YAML or JSON')
    .addOption(workers)
    .addOption(transport)
    .action(async (file, options) => exit(await up(file, options)));
  spillway
    .command('check')
    .summary('tell every problem of a description')
    .description('Tell every problem of a description at once: its place, what was found, what is allowed, the fix.')
    .argument('<file>', 'the description, YAML or JSON')
    .addOption(platform())
    .option('--json', 'print the problems as JSON')
    .action((file, options) => exit(check(file, options)));
  spillway
    .command('synth')
    .summary('compile a description')
    .description('Compile a description to the files of a data plane.')
    .argument('<file>', 'the description, YAML or JSON')
    .addOption(platform().makeOptionMandatory())
    .requiredOption('--out <directory>', 'where to write the files')
    .action((file, options) => exit(synth(file, options)));
  return spillway;
}

function exit(code: number): void {
  process.exitCode = code;
}

program()
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has told the user already.
    if (error instanceof CommanderError) return exit(error.exitCode === 0 ? 0 : 2);
    const { message, exitCode } = describeFailure(error, process.argv.includes('--verbose'));
    console.error(message);
    exit(exitCode);
  });
