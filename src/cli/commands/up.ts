import { defaultWorkers, type ForegroundVoice, PROGRAM, type SaidTransport, serveFile } from '../../runtime';
import { paint } from '../paint';
import { countProblems, tellProblems } from '../tell';

/** `spillway up`: serves until a signal ends it; exit code 1 where the file has an error, and nothing was started. */
export function up(file: string, options: { workers?: number; transport?: SaidTransport }): Promise<number> {
  const { workers = defaultWorkers(), transport } = options;
  return serveFile(file, voiceFor(file), { program: PROGRAM, workers, transport, aloneIfOne: true });
}

function voiceFor(file: string): ForegroundVoice {
  return {
    problems: ({ api, problems }) => {
      // Notes belong to a check; here they would stand between a person and the URLs.
      tellProblems(problems.filter(({ severity }) => severity !== 'note'));
      if (api === undefined) console.error(`${file}: ${countProblems(problems, '')}`);
    },
    serving: ({ addresses, adminUrl }, { api }) => {
      for (const { listener, url } of addresses)
        console.log(`${paint('green', '●', process.stdout)} ${api?.name} serves ${listener} at ${url}`);
      if (adminUrl !== undefined) console.log(`  health and metrics at ${adminUrl}`);
      console.log('  Ctrl-C ends it.');
    },
    reloaded: () => console.log('reloaded'),
    kept: (reason) => console.error(`not reloaded, the earlier description goes on: ${reason}`),
    notReplaced: (reason) => console.error(`not replaced, this process goes on: ${reason}`),
    replaced: () => console.log('another process has taken over; this one drains'),
    draining: () => console.log('draining'),
    happened: (line) => console.error(line),
  };
}
