import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildProgram } from '../e2e/program.ts'
import { type ChaosReport, runChaos } from './run.ts'

const USAGE = `npm run chaos -- [--seed N] [--runs N] [--faults N] [--providers intercom,freshdesk,zendesk]
                     [--logs FOLDER]

  Runs the product as two gateways, a subgraphs process and two of ingest, over a PostgreSQL and simulated desks of its
  own; kills and breaks --faults (60) things, one after the other; then says what was lost, doubled or left unequal. --runs runs (5),
  with the seeds that follow --seed (1). Ends with 1 when anything was.
  --logs keeps what the processes of each run wrote.`

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    faults: { type: 'string', default: '60' },
    providers: { type: 'string', default: 'intercom,freshdesk,zendesk' },
    logs: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else process.exitCode = await runAll()

async function runAll(): Promise<number> {
  await using program = await buildProgram()
  let failed = 0
  for (let n = 0; n < Number(values.runs); n += 1) {
    const report = await runChaos(program, {
      seed: Number(values.seed) + n,
      faults: Number(values.faults),
      healMs: 900_000,
      providers: values.providers.split(','),
      subscribers: 10,
      log: (line) => console.log(line),
    })
    print(report)
    if (values.logs !== undefined) await keep(report, values.logs)
    if (report.wrong.length > 0) failed += 1
  }
  console.log(`chaos: ${Number(values.runs) - failed} of ${values.runs} runs passed`)
  return failed === 0 ? 0 : 1
}

async function keep({ seed, lines }: ChaosReport, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, written] of lines) await writeFile(join(folder, `${seed}-${name}.log`), `${written.join('\n')}\n`)
}

function print({
  seed,
  faults,
  acts,
  told,
  sends,
  events,
  connections,
  rows,
  healedInMs,
  flipped,
  wrong,
}: ChaosReport): void {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  console.log(`
chaos, seed ${seed}: ${wrong.length === 0 ? 'PASSED' : 'FAILED'}
  broken   ${list(faults)}
  done     ${list(acts)}
  sent     ${list(sends)} (their senders were told: ${list(told)})
  heard    ${events} events by each subscriber, over ${connections} connections
  refused  ${flipped} signed webhooks with a byte flipped
  held     ${rows} messages; equal to the desks ${Math.round(healedInMs / 1000)} s after the last fault
${wrong.map((line) => `  WRONG    ${line}`).join('\n')}`)
}
