import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createExecutor, type Executor } from '../../../gateway/execute/executor.ts'
import type { OperationResult } from '../../../gateway/execute/run.ts'
import type { SubgraphAnswer, Transport } from '../../../gateway/transport/transport.ts'
import type { Viewer } from '../../../store/viewer.ts'
import { deferred } from '../deferred.ts'
import { compose, inProcess, VIEWER, type TestSubgraph } from '../graph.ts'

const counter: TestSubgraph = {
  name: 'counter',
  typeDefs: `
    type Query { count(by: Int): Int list: [Int!] }
    type Mutation { add: Int }
    type Subscription { added: Int }
  `,
  resolvers: {},
}

const query = parse('query ($by: Int) { count(by: $by) list }')

/** An executor over a subgraph that answers when the test says so. */
async function open(shareQueries?: boolean) {
  const sent: { readonly kind: string; readonly signal: AbortSignal; answer(answer: SubgraphAnswer): void }[] = []
  const events: ReturnType<typeof deferred<IteratorResult<SubgraphAnswer>>>[] = []
  const transport: Transport = {
    ...inProcess(counter),
    execute: ({ operation, signal }) => {
      const { promise, resolve } = deferred<SubgraphAnswer>()
      sent.push({ kind: operation.kind, signal, answer: resolve })
      return promise
    },
    subscribe: async () => ({
      next: () => {
        const event = deferred<IteratorResult<SubgraphAnswer>>()
        events.push(event)
        return event.promise
      },
    }),
  }
  const executor = await createExecutor({
    supergraphSdl: compose([counter]),
    transports: { counter: transport },
    deadlineMs: 60_000,
    ...(shareQueries !== undefined && { shareQueries }),
  })
  return { executor, sent, events }
}

interface Asking {
  readonly viewer?: Viewer
  readonly signal?: AbortSignal
  readonly variables?: Record<string, unknown>
  readonly document?: typeof query
  readonly forwarded?: Record<string, string>
}

async function ask(executor: Executor, asking: Asking = {}): Promise<OperationResult> {
  const { viewer = VIEWER, signal = new AbortController().signal, document = query, ...more } = asking
  return executor.execute({ document, viewer, requestId: 'r', signal, ...more })
}

const one: SubgraphAnswer = { data: { count: 1, list: [1] } }

describe('queries asked at the same time', () => {
  it('run once when they are identical, and each gets the answer', async () => {
    const { executor, sent } = await open()
    const answers = Promise.all([ask(executor), ask(executor), ask(executor)])
    expect(sent.length).toBe(1)
    sent[0]?.answer(one)
    const [first, second, third] = await answers
    expect([first, second, third]).toMatchObject([one, one, one])
    expect(first).not.toBe(second)
  })

  it('share errors, too', async () => {
    const { executor, sent } = await open()
    const answers = Promise.all([ask(executor), ask(executor)])
    sent[0]?.answer({ data: { count: null, list: null }, errors: [{ message: 'no', path: ['count'] }] })
    expect((await answers).map(({ errors }) => errors?.map(({ message }) => message))).toEqual([['no'], ['no']])
  })

  it.each<[string, Asking]>([
    ['variables', { variables: { by: 1 } }],
    ['document', { document: parse('query ($by: Int) { count(by: $by) list }') }],
    ['workspace', { viewer: { ...VIEWER, workspaceId: 'w2' } }],
    ['member', { viewer: { ...VIEWER, memberId: 'm2' } }],
    ['role', { viewer: { ...VIEWER, role: 'ANALYST' } }],
    ['token', { viewer: { ...VIEWER, tokenId: 't2' } }],
    ['scopes of the token', { viewer: { ...VIEWER, scopes: ['more'] } }],
    ['forwarded header', { forwarded: { 'x-tenant': 'b' } }],
  ])('run apart when they differ by %s', async (_what, other) => {
    const { executor, sent } = await open()
    const answers = Promise.all([ask(executor), ask(executor, other)])
    expect(sent.length).toBe(2)
    sent[0]?.answer(one)
    sent[1]?.answer({ data: { count: 2, list: [] } })
    expect((await answers).map(({ data }) => data?.['count'])).toEqual([1, 2])
  })

  it('run apart when sharing is off', async () => {
    const { executor, sent } = await open(false)
    const answers = Promise.all([ask(executor), ask(executor)])
    expect(sent.length).toBe(2)
    for (const each of sent) each.answer(one)
    expect(await answers).toMatchObject([one, one])
  })

  it('run anew once the first has its answer', async () => {
    const { executor, sent } = await open()
    const first = ask(executor)
    sent[0]?.answer(one)
    await first
    const second = ask(executor)
    sent[1]?.answer({ data: { count: 2, list: [] } })
    expect((await second).data?.['count']).toBe(2)
  })

  it('go on when one who shares them leaves, and stop when the last one does', async () => {
    const { executor, sent } = await open()
    const [leaving, last] = [new AbortController(), new AbortController()]
    const left = ask(executor, { signal: leaving.signal })
    const stayed = ask(executor, { signal: last.signal })
    leaving.abort()
    expect((await left).errors?.[0]?.extensions['code']).toBe('TIMEOUT')
    expect(sent[0]?.signal.aborted).toBe(false)
    last.abort()
    expect(sent[0]?.signal.aborted).toBe(true)
    expect((await stayed).data).toEqual({ count: null, list: null })
    const anew = ask(executor)
    expect(sent.length).toBe(2)
    sent[1]?.answer(one)
    expect(await anew).toMatchObject(one)
  })
})

describe('what ends the sharing of queries under way', () => {
  const add = parse('mutation { add }')

  it('is a mutation in the workspace: whoever wrote reads what they wrote', async () => {
    const { executor, sent } = await open()
    const before = ask(executor)
    const written = Promise.all([ask(executor, { document: add }), ask(executor, { document: add })])
    expect(sent.map(({ kind }) => kind)).toEqual(['query', 'mutation', 'mutation'])
    for (const each of sent.slice(1)) each.answer({ data: { add: 2 } })
    await written
    const after = ask(executor)
    sent[0]?.answer(one)
    sent[3]?.answer({ data: { count: 2, list: [] } })
    expect((await before).data?.['count']).toBe(1)
    expect((await after).data?.['count']).toBe(2)
  })

  it('is an event of a subscription: whoever asks because of it reads what it is about', async () => {
    const { executor, sent, events } = await open()
    const { signal } = new AbortController()
    const document = parse('subscription { added }')
    const subscription = await executor.subscribe({ document, viewer: VIEWER, requestId: 's', signal })
    if (!('next' in subscription)) throw new Error('expected a subscription')
    const event = subscription.next()
    const before = ask(executor)
    events[0]?.resolve({ done: false, value: { data: { added: 2 } } })
    expect((await event).value).toMatchObject({ data: { added: 2 } })
    const after = ask(executor)
    expect(sent.length).toBe(2)
    sent[0]?.answer(one)
    sent[1]?.answer({ data: { count: 2, list: [] } })
    expect([(await before).data?.['count'], (await after).data?.['count']]).toEqual([1, 2])
    await subscription.return?.()
  })
})
