import 'reflect-metadata'
import { existsSync } from 'node:fs'
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

try {
  const [word, ...words] = process.argv.slice(2)
  await (word === 'token' ? manageTokens(words) : run(word))
} catch (error) {
  // A setting, a taken port, a folder in use: the message says what to do, and a stack would hide it.
  const isExplained = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  console.error(isExplained ? error.message : error)
  process.exit(1)
}
