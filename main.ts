import 'reflect-metadata'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { requireNode } from './server/node-version.ts'
import type { Running } from './server/running.ts'

requireNode(process.versions.node)
if (existsSync('.env')) process.loadEnvFile('.env')

// What follows needs the Node that was just checked, so it is loaded only now.
const { ConfigError, readConfig, readDevelopmentConfig } = await import('./config.ts')

/** Ends with a sentence about the command line. */
function refuse(problem: string): void {
  console.error(problem)
  process.exitCode = 2
}

/** Starts a role, and ends it when told to. */
async function run(role: string | undefined): Promise<void> {
  const config = readConfig(process.env, role)
  const { start } = await import('./start.ts')
  follow(await start(config))
}

/** Starts a gateway as its command line says. */
async function runGateway(words: readonly string[]): Promise<void> {
  const { gatewayUsage, readGatewayCommand } = await import('./commands/gateway-command.ts')
  const command = readGatewayCommand(words)
  // By default it ends a process: one that is starting has its supergraph still to read, or follows its file soon.
  process.on('SIGHUP', () => {})
  if ('help' in command) return console.log(gatewayUsage)
  if ('problem' in command) return refuse(`${command.problem}\nHow it is written: gateway --help`)
  if (command.dev) {
    const { startDevelopment } = await import('./development.ts')
    return follow(await startDevelopment(readDevelopmentConfig(process.env, command), command))
  }
  const config = readConfig(process.env, 'gateway', command)
  const { start } = await import('./start.ts')
  follow(await start(config, command))
}

/** Within how long two signals to end are one. */
const SAME_SIGNAL_MS = 1_000

/** Does to what runs what signals say. */
function follow(running: Running): void {
  let toldAt: number | null = null
  const stop = (): void => {
    const now = performance.now()
    // On Ctrl-C the terminal tells, and npm tells once more. Who tells again later does not want to wait.
    if (toldAt !== null) return now - toldAt < SAME_SIGNAL_MS ? undefined : process.exit(1)
    toldAt = now
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const { reload } = running
  if (reload !== null) process.on('SIGHUP', () => void reload())
}

/** Does one thing with the tokens, and ends. */
async function manageTokens(words: readonly string[]): Promise<void> {
  const { readTokenCommand, tokenUsage } = await import('./commands/token-command.ts')
  const command = readTokenCommand(words, new Date())
  if ('problem' in command) return refuse(`${command.problem}\n\n${tokenUsage}`)
  const { runTokenCommand } = await import('./commands/token.ts')
  process.exitCode = await runTokenCommand(readConfig(process.env), command)
}

/** Maps what is stored again, and ends; told to stop, after what is in hand. */
async function remap(words: readonly string[]): Promise<void> {
  const { readRemapCommand, remapUsage } = await import('./commands/remap-command.ts')
  const command = readRemapCommand(words)
  if ('help' in command) return console.log(remapUsage)
  if ('problem' in command) return refuse(`${command.problem}\nHow it is written: remap --help`)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())
  const { runRemapCommand } = await import('./commands/remap.ts')
  process.exitCode = await runRemapCommand(readConfig(process.env), command, stopping.signal)
}

/** Prints a plan, and ends. */
async function explain(words: readonly string[]): Promise<void> {
  const { readPlanCommand, planUsage } = await import('./commands/plan-command.ts')
  const command = readPlanCommand(words)
  if ('problem' in command) {
    console.error(`${command.problem}\n\n${planUsage}`)
    process.exitCode = 2
    return
  }
  const { runPlanCommand } = await import('./commands/plan.ts')
  const ownSupergraph = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url))
  const out = (text: string): void => console.log(text)
  const complain = (sentence: string): void => console.error(sentence)
  process.exitCode = await runPlanCommand(command, { ownSupergraph, out, complain })
}

try {
  const [word, ...words] = process.argv.slice(2)
  if (word === 'token') await manageTokens(words)
  else if (word === 'plan') await explain(words)
  else if (word === 'remap') await remap(words)
  else if (word === 'gateway') await runGateway(words)
  else await run(word)
} catch (error) {
  // A setting, a taken port, a folder in use: the message says what to do, and a stack would hide it.
  const isExplained = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  console.error(isExplained ? error.message : error)
  // What the command line names cannot be served: that is an error of the command.
  process.exit(error instanceof Error && 'code' in error && error.code === 'SUPERGRAPH_UNUSABLE' ? 2 : 1)
}
