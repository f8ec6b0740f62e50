import 'reflect-metadata'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { requireNode } from './server/node-version.ts'

requireNode(process.versions.node)
if (existsSync('.env')) process.loadEnvFile('.env')

// What follows needs the Node that was just checked, so it is loaded only now.
const { ConfigError, readConfig } = await import('./config.ts')

/** Starts a role, and ends it when told to. */
async function run(role: string | undefined): Promise<void> {
  const config = readConfig(process.env, role)
  const { start } = await import('./start.ts')
  const running = await start(config)
  const stop = (): void => {
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** Does one thing with the tokens, and ends. */
async function manageTokens(words: readonly string[]): Promise<void> {
  const { readTokenCommand, tokenUsage } = await import('./commands/token-command.ts')
  const command = readTokenCommand(words, new Date())
  if ('problem' in command) {
    console.error(`${command.problem}\n\n${tokenUsage}`)
    process.exitCode = 2
    return
  }
  const { runTokenCommand } = await import('./commands/token.ts')
  process.exitCode = await runTokenCommand(readConfig(process.env), command)
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
  else await run(word)
} catch (error) {
  // A setting, a taken port, a folder in use: the message says what to do, and a stack would hide it.
  const isExplained = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  console.error(isExplained ? error.message : error)
  process.exit(1)
}
