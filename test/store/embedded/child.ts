import { startEmbedded } from '../../../store/embedded/launch.ts'

/**
 * A process of its own that runs an embedded server: `node child.ts <home>`.
 *
 * Tells `log <line>` for each line logged, then `ready <url>` or `failed <name>: <message>`; stops when its input ends.
 */
const tell = (word: string, text: string): void => void process.stdout.write(`${word} ${text.replaceAll('\n', ' ')}\n`)

try {
  await using server = await startEmbedded({ home: process.argv[2] ?? '', log: (line) => tell('log', line) })
  tell('ready', server.url)
  for await (const _ of process.stdin);
} catch (error) {
  tell('failed', String(error))
  process.exitCode = 1
}
tell('over', '')
