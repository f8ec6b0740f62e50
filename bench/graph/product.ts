import { randomBytes } from 'node:crypto'
import { readConfig } from '../../config.ts'
import { start } from '../../start.ts'
import { openStore } from '../../store/store.ts'

/** The whole product in this process over a database, and a way to ask it as a client does. */
export interface Product extends AsyncDisposable {
  /** Asks, and answers the data and how many milliseconds it took. @throws RefusedError there was an error among the answer's */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Asked>
}

export interface Asked {
  readonly ms: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A question that was not answered. */
export class RefusedError extends Error {
  readonly code: string
  readonly ms: number

  constructor(code: string, ms: number, answer: string) {
    super(`expected data, but got ${answer.slice(0, 500)}`)
    this.name = 'RefusedError'
    this.code = code
    this.ms = ms
  }
}

/** As much of an answer as is looked at. */
interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
}

/** Starts it for one workspace. Costs are counted and never refused. */
export async function startProduct(databaseUrl: string, workspaceId: string): Promise<Product> {
  const key = randomBytes(32)
  const secret = await issueToken(databaseUrl, workspaceId, key)
  await using opened = new AsyncDisposableStack()
  const config = readConfig(
    {
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      SWITCHBOARD_DEMO: '0',
      SWITCHBOARD_KEYS: `bench:${key.toString('base64')}`,
      SWITCHBOARD_COST_BUDGET: '0',
      SWITCHBOARD_INTROSPECTION: 'off',
      SWITCHBOARD_PUBLIC_URL: 'http://127.0.0.1:4000',
      SWITCHBOARD_INGEST_URL: 'http://127.0.0.1:4000',
    },
    'all',
  )
  const running = await start(config)
  opened.defer(() => running.close())
  const everything = opened.move()
  return {
    async ask(query, variables = {}) {
      const begun = performance.now()
      const response = await fetch(`${running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ query, variables }),
      })
      const text = await response.text()
      const ms = performance.now() - begun
      const answer: Answer = JSON.parse(text)
      if (answer.errors !== undefined || answer.data == null) {
        throw new RefusedError(answer.errors?.[0]?.extensions?.code ?? 'UNKNOWN', ms, text)
      }
      return { ms, data: answer.data }
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

async function issueToken(databaseUrl: string, workspaceId: string, key: Buffer): Promise<string> {
  const keys = [{ id: 'bench', key }]
  await using store = await openStore({ databaseUrl, home: '.', keys, log: () => {} })
  const member = await store.members.ensure(workspaceId, { email: 'bench@example.com', name: 'Bench', role: 'ANALYST' })
  const { secret } = await store.tokens.issue(member.id, { name: 'bench', expiresAt: null })
  return secret
}
