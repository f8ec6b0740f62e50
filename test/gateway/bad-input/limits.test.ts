import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, type Limits } from '../../../gateway/limits.ts'
import type { RawClient } from '../fan-out/raw-client.ts'
import { GOOD } from '../served.ts'
import { DOORS, type Sent } from './doors.ts'
import { setScene, type Scene } from './scene.ts'

/** What came of a request: null when it was served, else the code, of an error or of the socket's end, that says why not. */
type Outcome = string | null

/** One limit, shown on a request that is exactly as large as some limit allows. */
interface Row {
  /** The limit that the request just keeps: the next smaller one refuses it. */
  readonly exactly: number
  /** With which code. */
  readonly code: string
  readonly send: (scene: Scene) => Promise<Outcome>
}

const list = (n: number, of: (index: number) => string) => Array.from({ length: n }, (_, index) => of(index)).join(' ')

/** Sends one operation. */
const operation = (sent: Sent) => async (scene: Scene) => {
  const { codes } = await DOORS.POST(scene, sent)
  return codes[0] ?? null
}

const body = JSON.stringify({ query: '{ steady(n: 1) }' })
const frame = JSON.stringify({
  id: '1',
  type: 'subscribe',
  payload: { query: '{ steady(n: 1) } # longer than the greeting' },
})

/** What stands before an event of an operation "1", and what an event weighs besides its characters. */
const HEAD = '{"id":"1","type":"next","payload":'
const OVERHEAD = 64
/** More than any system buffers for a connection. */
const LARGE = 'x'.repeat(16 * 1024 * 1024)

/**
 * Each request is sent twice, to a gateway with exactly this limit and to one with the next
 * smaller; all else stays as it is by default.
 */
const ROWS: Readonly<Record<keyof Limits, Row>> = {
  maxBodyBytes: {
    exactly: body.length,
    code: 'BAD_REQUEST',
    send: async ({ served }) => {
      const response = await fetch(served.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...GOOD },
        body,
      })
      const { errors }: { errors?: { extensions: { code: string } }[] } = JSON.parse(await response.text())
      expect(response.status).toBe(errors ? 413 : 200)
      return errors?.[0]?.extensions.code ?? null
    },
  },
  maxFrameBytes: {
    exactly: frame.length,
    code: '1009',
    send: async (scene) => {
      const client = await scene.client()
      client.socket.send(frame)
      return Promise.race([toCloseCode(client), client.received('1', 2).then(() => null)])
    },
  },
  // { node { id } }
  maxTokens: { exactly: 6, code: 'OPERATION_TOO_COMPLEX', send: operation({ query: '{ node { id } }' }) },
  maxNesting: {
    // As deep as the default allows, so that it is shown to be planned.
    exactly: DEFAULT_LIMITS.maxNesting,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({
      query: `${'{ ... '.repeat(DEFAULT_LIMITS.maxNesting - 2)}{ steady(n: 1) ${'}'.repeat(DEFAULT_LIMITS.maxNesting - 1)}`,
    }),
  },
  maxVariableNesting: {
    exactly: 3,
    code: 'BAD_USER_INPUT',
    send: operation({ query: 'query ($a: Any) { search(any: $a) }', variables: { a: { b: [{}, 1] } } }),
  },
  maxDepth: { exactly: 3, code: 'OPERATION_TOO_COMPLEX', send: operation({ query: '{ node { next { id } } }' }) },
  maxFields: { exactly: 4, code: 'OPERATION_TOO_COMPLEX', send: operation({ query: '{ node { id next { id } } }' }) },
  maxRootFields: {
    exactly: 2,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({ query: '{ node { id } ... { steady(n: 1) } }' }),
  },
  maxAliases: {
    exactly: 3,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({ query: `{ ${list(3, (n) => `a${n}: steady(n: ${n})`)} }` }),
  },
  maxDirectives: {
    exactly: 2,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({ query: '{ node { id @skip(if: false) ... @include(if: true) { id } } }' }),
  },
  maxIntrospectionAliases: {
    exactly: 2,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({ query: '{ s: __schema { types { name } } t: __type(name: "Query") { all: fields { name } } }' }),
  },
  maxCost: {
    // Ten, with three in each.
    exactly: 40,
    code: 'OPERATION_TOO_COMPLEX',
    send: operation({ query: 'query ($n: Int = 3) { nodes(first: 10) { nodes(first: $n) { id } } }' }),
  },
  maxOperationsPerSocket: {
    exactly: 2,
    code: 'RATE_LIMITED',
    send: async (scene) => {
      const client = await scene.client()
      for (const id of ['1', '2']) {
        const listens = scene.feed.changed()
        client.subscribe(id, `subscription { tick(text: "${id}") }`)
        const [frame] = await Promise.race([client.received(id, 1), listens.then(() => [])])
        if (frame !== undefined) return toCode(frame)
      }
      return null
    },
  },
  maxWaitingChars: {
    exactly: HEAD.length + JSON.stringify({ data: { tick: 'waits' } }).length + OVERHEAD,
    code: '4290',
    send: async (scene) => {
      const [fast, slow] = [await scene.client(), await scene.client()]
      const listens = scene.feed.changed()
      for (const client of [fast, slow]) client.subscribe('1', 'subscription { tick }')
      await Promise.all([listens, fast.settled(), slow.settled()])
      slow.socket.pause()
      for (const [index, event] of [LARGE, 'waits'].entries()) {
        scene.feed.publish(event)
        await fast.received('1', index + 1)
      }
      slow.socket.resume()
      return Promise.race([toCloseCode(slow), slow.received('1', 2).then(() => null)])
    },
  },
}

async function toCloseCode({ closed }: RawClient): Promise<string> {
  return (await closed).slice(0, 4)
}

function toCode(frame: string): string {
  const { payload }: { payload: { extensions: { code: string } }[] } = JSON.parse(frame)
  return payload[0]?.extensions.code ?? 'no code'
}

describe('every limit', () => {
  it('has a row here', () => {
    expect(Object.keys(ROWS).toSorted()).toEqual(Object.keys(DEFAULT_LIMITS).toSorted())
  })

  it('is documented with its number', async () => {
    const docs = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    const table = /## Limits\n([^]*?)\n## /.exec(docs)?.[1] ?? ''
    const documented = [...table.matchAll(/^\|[^|]*\| *([\d,]+) *\|/gm)].map(([, number = '']) =>
      number.replaceAll(',', ''),
    )
    expect(documented.toSorted()).toEqual(
      Object.values(DEFAULT_LIMITS)
        .map((limit: number) => String(limit))
        .toSorted(),
    )
  })

  it.each(Object.entries(ROWS))('%s: serves what just keeps it, and refuses it one notch below', async (name, row) => {
    await using loose = await setScene({ limits: { [name]: row.exactly } })
    await using tight = await setScene({ limits: { [name]: row.exactly - 1 } })
    expect(await row.send(loose)).toBeNull()
    expect(await row.send(tight)).toBe(row.code)
  })
})
